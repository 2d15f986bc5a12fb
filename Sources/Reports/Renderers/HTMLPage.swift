/// How a page is laid out, looks, and answers.
extension Page {
    /// Headings nest as parts do; tables scroll by themselves where the window is narrow.
    static let template = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>{{subject}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <main>
        <h1>{{subject}}</h1>
        {{#blocks}}
        {{#part}}<h2>{{.}}</h2>
        {{/part}}
        {{#headline}}<p class="headline">{{.}}</p>
        {{/headline}}
        {{#paragraph}}<p>{{.}}</p>
        {{/paragraph}}
        {{#note}}<p class="note">{{.}}</p>
        {{/note}}
        {{#heading}}<h3>{{.}}</h3>
        {{/heading}}
        {{#items}}<div class="item">{{#label}}<b>{{.}}</b> {{/label}}{{text}}\
        {{#details}}<br><small>{{.}}</small>{{/details}}</div>
        {{/items}}
        {{#table}}{{> grid}}{{/table}}
        {{#figure}}<figure>
        <figcaption>{{title}}</figcaption>
        <p class="keys">{{#keys}}<span><i class="key s{{number}}"></i>{{name}}</span> {{/keys}}</p>
        <div class="scroll">{{{drawing}}}</div>
        <details><summary>The numbers</summary>
        {{#numbers}}{{> grid}}{{/numbers}}
        </details>
        </figure>
        {{/figure}}
        {{/blocks}}
        </main>
        <script>{{{script}}}</script>
        </body>
        </html>

        """

    /// A table of the template.
    static let grid = """
        <div class="scroll"><table>
        {{#caption}}<caption>{{.}}</caption>
        {{/caption}}<thead><tr>{{#columns}}<th scope="col" class="{{side}}">{{title}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}<tr>{{#cells}}<td class="{{side}}" data-value="{{value}}">{{text}}</td>{{/cells}}</tr>
        {{/rows}}</tbody>
        </table></div>

        """

    /// Light and dark by what the reader prefers; colours that can be told apart by those who see few (Okabe and Ito
    /// 2008).
    static let style = """
        :root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --faint: #6b6b6b; --rule: #d8d8d8;
        --band: #f4f4f2; \
        --s0: #0072b2; --s1: #e69f00; --s2: #009e73; --s3: #cc79a7; --s4: #56b4e9; --s5: #d55e00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #161616; --faint: #a0a0a0;
        --rule: #3a3a3a; --band: #202020; } }
        body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.25rem; margin-top: 2rem; }
        h3 { font-size: 1rem; }
        p, .item { overflow-wrap: anywhere; max-width: 46rem; white-space: pre-line; }
        .headline { font-size: 1.15rem; font-weight: 600; }
        .note, figcaption + .keys, caption { color: var(--faint); } .item { padding-left: 1rem; }
        .scroll { overflow-x: auto; margin: 1rem 0; } table { border-collapse: collapse; font-size: .875rem;
        font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding: .25rem 0; } th, td { padding: .2rem .6rem; text-align: left;
        vertical-align: top; border-bottom: 1px solid var(--rule); }
        th.number, td.number { text-align: right; white-space: nowrap; }
        tbody tr:nth-child(even) { background: var(--band); }
        th button { all: unset; cursor: pointer; }
        th button:focus-visible, summary:focus-visible, input:focus-visible { outline: 2px solid var(--s0); }
        th[aria-sort=ascending] button::after { content: " ▲"; }
        th[aria-sort=descending] button::after { content: " ▼"; }
        input { font: inherit; width: 16rem; max-width: 100%; padding: .2rem .4rem; }
        figure { margin: 2rem 0; } figcaption { font-weight: 600; } svg { width: 100%; min-width: 34rem;
        max-width: 60rem; height: auto; }
        svg text { fill: var(--faint); font-size: 12px; } .rule { stroke: var(--rule); }
        .keys { margin: .25rem 0; } .keys span { margin-right: 1rem; white-space: nowrap; }
        .key { display: inline-block; width: .8em; height: .8em; margin-right: .35em; background: var(--c); }
        .s0 { --c: var(--s0); } .s1 { --c: var(--s1); --d: 7 3; } .s2 { --c: var(--s2); --d: 2 3; }
        .s3 { --c: var(--s3); --d: 9 3 2 3; } .s4 { --c: var(--s4); --d: 4 2; } .s5 { --c: var(--s5); --d: 12 4; }
        .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-dasharray: var(--d); }
        .dot, .bar { fill: var(--c); }
        @media print { main { max-width: none; } .scroll { overflow: visible; } input { display: none; }
        figure, tr { break-inside: avoid; } }
        """

    /// Sorting by a click on a column's title, by numbers where there are any; a field that filters long tables.
    static let script = """
        for (const table of document.querySelectorAll("table")) {
          const body = table.tBodies[0], rows = [...body.rows];
          if (rows.length < 2) continue;
          table.querySelectorAll("th").forEach((head, column) => {
            const button = document.createElement("button");
            button.type = "button";
            button.append(...head.childNodes);
            head.append(button);
            button.onclick = () => {
              const falls = head.getAttribute("aria-sort") === "ascending";
              for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
              head.setAttribute("aria-sort", falls ? "descending" : "ascending");
              const value = row => row.cells[column].dataset.value;
              const order = (a, b) => {
                const [x, y] = [value(a), value(b)], [p, q] = [Number(x), Number(y)];
                if (x === "" || y === "") return (x === "") - (y === "");
                return (Number.isNaN(p) || Number.isNaN(q) ? x.localeCompare(y) : p - q) * (falls ? -1 : 1);
              };
              body.append(...rows.sort(order));
            };
          });
          if (rows.length < 12) continue;
          const field = document.createElement("input");
          field.type = "search";
          field.placeholder = "Filter rows";
          field.setAttribute("aria-label", "Filter rows");
          field.oninput = () => {
            const words = field.value.toLowerCase();
            for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(words);
          };
          table.parentNode.before(field);
        }
        """
}
