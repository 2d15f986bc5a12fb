import Foundation

/// Linearly independent maps over one plane, and how others follow from them.
///
/// Channels that do not depend on the input reach a layer as vectors over the plane's positions; the layer is linear in
/// them, so that a channel whose vector is a combination of others can be folded onto those. What zero padding makes of
/// constants differs between a few border classes only, so that a few channels carry all others. Gram-Schmidt with
/// reorthogonalization, in Float64.
struct MapBasis {
    /// What a vector of the basis stands for.
    enum Member: Equatable {
        /// The constant 1, which a bias provides.
        case one
        /// An input channel that stays.
        case channel(Int)
    }

    private(set) var members: [Member] = []
    private var orthonormal: [[Double]] = []
    /// Row i: the coefficients of member i's vector in the orthonormal vectors 0…i.
    private var triangle: [[Double]] = []

    /// A vector counts as following from others when this part of its length at most is left over.
    private static let residual = 1e-9
    /// Kernels know small values (of GELU's tail, say) only to an absolute error, which a factor makes larger.
    private static let largestFactor = 16.0

    /// Adds a vector; false, and nothing added, when it follows from the others.
    mutating func add(_ member: Member, _ vector: [Double]) -> Bool {
        let (rest, coefficients, share) = remainder(of: vector)
        guard share > Self.residual else { return false }
        let length = Self.norm(rest)
        orthonormal.append(rest.map { $0 / length })
        triangle.append(coefficients + [length])
        members.append(member)
        return true
    }

    /// The length of what does not follow from the basis, 0 where all does; to six digits, so that rounding breaks no
    /// tie.
    func rest(of vector: [Double]) -> Double {
        let (rest, _, share) = remainder(of: vector)
        guard share > Self.residual else { return 0 }
        let length = Self.norm(rest), digit = pow(10, (5 - log10(length).rounded(.down)))
        return (length * digit).rounded() / digit
    }

    /// Factors with which the members add up to a vector; nil when they do not, or only with factors that lose
    /// accuracy.
    ///
    /// `steps`: on how many channels, one carried by the other, the factors may be spread.
    func combination(for vector: [Double], steps: Int = 1) -> [(member: Member, factor: Double)]? {
        var (_, coefficients, share) = remainder(of: vector)
        guard share <= Self.residual else { return nil }
        // Σ factorᵢ · triangleᵢⱼ = coefficientⱼ, solved from the last member back.
        var factors = [Double](repeating: 0, count: members.count)
        for i in members.indices.reversed() {
            factors[i] = coefficients[i] / triangle[i][i]
            for j in 0..<i { coefficients[j] -= factors[i] * triangle[i][j] }
        }
        guard zip(members, factors).allSatisfy({ $0 == .one || abs($1) <= pow(Self.largestFactor, Double(steps)) })
        else { return nil }
        return zip(members, factors).filter { $0.1 != 0 }.map { ($0, $1) }
    }

    private func remainder(of vector: [Double]) -> (rest: [Double], coefficients: [Double], share: Double) {
        var rest = vector, coefficients = [Double](repeating: 0, count: orthonormal.count)
        // The second round takes off what rounding left in the first.
        for _ in 0..<2 {
            for (index, direction) in orthonormal.enumerated() {
                let projection = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
                coefficients[index] += projection
                for position in rest.indices { rest[position] -= projection * direction[position] }
            }
        }
        let length = Self.norm(vector)
        return (rest, coefficients, length == 0 ? 0 : Self.norm(rest) / length)
    }

    private static func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
