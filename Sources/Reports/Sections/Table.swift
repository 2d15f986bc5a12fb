/// Rows of cells under titled columns.
package struct Table: Equatable, Sendable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Equatable, Sendable {
        package let title: String
        package let alignment: Alignment
        /// The higher, the sooner it gives way on a narrow terminal; 0: never.
        package let rank: Int

        /// A column of words.
        package static func left(_ title: String, rank: Int = 0) -> Column {
            Column(title: title, alignment: .left, rank: rank)
        }
        /// A column of numbers.
        package static func right(_ title: String, rank: Int = 0) -> Column {
            Column(title: title, alignment: .right, rank: rank)
        }
    }

    package let title: String?
    package let columns: [Column]
    package private(set) var rows: [[Cell]] = []

    package init(_ columns: [Column], title: String? = nil, rows: [[Cell]] = []) {
        (self.columns, self.title) = (columns, title)
        rows.forEach { add($0) }
    }

    /// A row for each of `values`, its cells made as their columns say.
    package init<Value>(of values: [Value], title: String? = nil, _ columns: KeyValuePairs<Column, (Value) -> Cell>) {
        self.init(columns.map(\.key), title: title, rows: values.map { value in columns.map { $0.value(value) } })
    }

    package mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }
}
