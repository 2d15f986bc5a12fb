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
        {{#items}}{{> entries}}{{/items}}
        {{#table}}{{> grid}}{{/table}}
        {{#figure}}<figure>
        <figcaption>{{title}}</figcaption>
        <p class="keys">{{#keys}}<span><i class="key s{{number}}"></i>{{name}}</span> {{/keys}}</p>
        <div class="scroll">{{{drawing}}}</div>
        {{#numbers}}<details><summary>The numbers</summary>
        {{> grid}}</details>{{/numbers}}\
        {{#note}}<p class="note">{{.}}</p>{{/note}}
        </figure>
        {{/figure}}
        {{#network}}<p class="keys"><span><i class="key kept"></i>alive</span> \
        <span><i class="key pinned"></i>dead or chosen, pinned</span> <span><i class="key cut"></i>cut</span></p>
        <p class="note">Left of the middle the dense network, right of it the compact one; a bar's length goes by the \
        square root of the number of filters. A row opens to what is known of it.</p>
        <div class="network">
        {{#rows}}{{> call}}{{/rows}}</div>
        {{/network}}
        {{/blocks}}
        </main>
        <script>{{{script}}}</script>
        </body>
        </html>

        """

    /// A list of labelled texts.
    static let entries = """
        <div class="item">{{#label}}<b>{{.}}</b> {{/label}}{{text}}\
        {{#details}}<br><small>{{.}}</small>{{/details}}</div>

        """

    /// A row of a network: a layer, or a group of layers.
    static let call = """
        <details class="call{{#isGroup}} group{{/isGroup}}"><summary>{{{lanes}}}<span class="name">{{name}} \
        <small>{{kind}}</small></span><span class="size">{{size}}</span>\
        <span class="count">{{filters}}</span>{{{bar}}}</summary>
        <div class="inside">{{{through}}}<div>{{#facts}}{{> entries}}{{/facts}}{{#rows}}{{> call}}{{/rows}}</div></div>
        </details>

        """

    /// A table of the template.
    static let grid = """
        <div class="scroll"><table>
        {{#caption}}<caption>{{.}}</caption>
        {{/caption}}<thead><tr>{{#columns}}<th scope="col" class="{{side}}">{{title}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}<tr>{{#cells}}<td{{#isNumber}} class="number"{{/isNumber}}{{#tone}} class="{{.}}"{{/tone}}\
        {{#value}} data-value="{{.}}"{{/value}}>{{text}}</td>{{/cells}}</tr>
        {{/rows}}</tbody>
        </table>{{#more}}<script type="application/json">{{{.}}}</script>
        <noscript><p class="note">Filters that are alive are left out here.</p></noscript>{{/more}}</div>

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
        h3 { font-size: 1rem; } h2, h3, figcaption, .keys { overflow-wrap: anywhere; }
        p, .item { overflow-wrap: anywhere; max-width: 46rem; white-space: pre-line; }
        .headline { font-size: 1.15rem; font-weight: 600; }
        .note, figcaption + .keys, caption { color: var(--faint); } .item { padding-left: 1rem; }
        .scroll { overflow: auto; max-height: 36rem; margin: 1rem 0; } figure > .scroll { max-height: none; }
        thead { position: sticky; top: 0; background: var(--paper); }
        table { border-collapse: collapse; font-size: .875rem;
        font-variant-numeric: tabular-nums; }
        caption { text-align: left; white-space: nowrap; padding: .25rem 0; }
        th, td { padding: .2rem .6rem; text-align: left;
        vertical-align: top; border-bottom: 1px solid var(--rule); }
        th.number, td.number { text-align: right; white-space: nowrap; }
        tbody tr:nth-child(even) { background: var(--band); }
        td.better { background: color-mix(in srgb, var(--s2) 30%, transparent); }
        td.worse { background: color-mix(in srgb, var(--s5) 30%, transparent); }
        th button { all: unset; cursor: pointer; }
        th button:focus-visible, summary:focus-visible, input:focus-visible { outline: 2px solid var(--s0); }
        th[aria-sort=ascending] button::after { content: " ▲"; }
        th[aria-sort=descending] button::after { content: " ▼"; }
        input { font: inherit; width: 16rem; max-width: 100%; padding: .2rem .4rem; }
        figure { margin: 2rem 0; } figcaption { font-weight: 600; } svg { width: 100%; min-width: 34rem;
        max-width: 60rem; height: auto; }
        svg text { fill: var(--faint); font-size: 12px; } .rule { stroke: var(--rule); }
        .keys { margin: .25rem 0; } .keys span { margin-right: 1rem; }
        .key { display: inline-block; width: .8em; height: .8em; margin-right: .35em; background: var(--c); }
        .s0 { --c: var(--s0); } .s1 { --c: var(--s1); --d: 7 3; } .s2 { --c: var(--s2); --d: 2 3; }
        .s3 { --c: var(--s3); --d: 9 3 2 3; } .s4 { --c: var(--s4); --d: 4 2; } .s5 { --c: var(--s5); --d: 12 4; }
        .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-dasharray: var(--d); }
        .dot, .bar { fill: var(--c); }
        .cross { stroke: var(--c); stroke-width: 2; fill: none; }
        svg text.on { fill: #fff; } svg text.off { fill: var(--ink); }
        .kept { --c: var(--s0); } .pinned { --c: var(--s1); } .cut { --c: none; }
        rect.kept, rect.pinned { fill: var(--c); }
        rect.cut { fill: none; stroke: var(--faint); stroke-dasharray: 3 2; }
        i.cut { border: 1px dashed var(--faint); box-sizing: border-box; background: none; }
        .network { font-size: .875rem; } .network small { color: var(--faint); }
        .call > summary { display: grid; align-items: center; cursor: pointer; height: 28px; list-style: none;
        grid-template-columns: auto minmax(8rem, 1fr) minmax(0, 16rem) 7rem 300px; column-gap: .5rem; }
        .call > summary::-webkit-details-marker { display: none; }
        .call > summary:hover { background: var(--band); } .group > summary .name { font-weight: 600; }
        .group > summary .name::before { content: "▸ "; } .group[open] > summary .name::before { content: "▾ "; }
        .name, .size, .count { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .size, .count { text-align: right; color: var(--faint); font-variant-numeric: tabular-nums; }
        .count { color: var(--ink); }
        .inside { display: flex; column-gap: .5rem; } .inside > div { flex: 1; min-width: 0; padding: .25rem 0; }
        svg.lanes, svg.through, svg.filters { min-width: 0; display: block; }
        svg.lanes { width: auto; height: 28px; } svg.through { width: auto; height: auto; flex: none; }
        svg.filters { width: 300px; } .lane { fill: none; stroke: var(--faint); stroke-width: 1.5;
        vector-effect: non-scaling-stroke; }
        @media (max-width: 60rem) { .call > summary { grid-template-columns: auto minmax(0, 1fr) 6rem 30%; }
        .size { display: none; } svg.filters { width: 100%; } }
        @media print { main { max-width: none; } input { display: none; }
        .scroll { overflow: visible; max-height: none; }
        figure, tr { break-inside: avoid; } }
        """

    /// Sorting by a click on a column's title, by numbers where there are any; a field that filters long tables. Of a
    /// table with rows that only the script has, the first that match are shown, and more at a click.
    static let script = """
        const isMissing = text => text === "" || text === "–";
        const number = text => Number(text.replaceAll(",", "").replace(/[ %]+$/, ""));
        for (const table of document.querySelectorAll("table")) {
          const body = table.tBodies[0], data = table.parentNode.querySelector("script");
          const element = (name, text) => {
            const made = document.createElement(name);
            made.textContent = text;
            return made;
          };
          let rows = [...body.rows].map(row => ({
            row, text: row.textContent.toLowerCase(),
            values: [...row.cells].map(cell => cell.dataset.value ?? cell.textContent),
          }));
          const sides = [...table.querySelectorAll("th")].map(head => head.className);
          const drawn = entry => {
            if (!entry.row) {
              entry.row = document.createElement("tr");
              entry.values.forEach((value, column) => {
                const cell = element("td", value);
                cell.className = sides[column];
                entry.row.append(cell);
              });
            }
            return entry.row;
          };
          if (data) {
            const columns = JSON.parse(data.textContent);
            for (let index = 0; index < columns[0].length; index++) {
              const values = columns.map(column => column[index]);
              rows.push({ values, text: values.join(" ").toLowerCase() });
            }
          }
          if (rows.length < 2) continue;
          const page = data ? 500 : Infinity;
          let shown = page, words = "";
          const more = element("button", "More rows"), told = element("p", "");
          more.type = "button";
          told.className = "note";
          told.setAttribute("role", "status");
          const show = () => {
            const matching = rows.filter(entry => entry.text.includes(words));
            body.replaceChildren(...matching.slice(0, shown).map(drawn));
            more.hidden = matching.length <= shown;
            told.textContent = words || data ?
              `${Math.min(shown, matching.length)} of ${matching.length} rows that match, ${rows.length} in all` : "";
          };
          more.onclick = () => { shown += page; show(); };
          table.querySelectorAll("th").forEach((head, column) => {
            const button = document.createElement("button");
            button.type = "button";
            button.append(...head.childNodes);
            head.append(button);
            button.onclick = () => {
              const falls = head.getAttribute("aria-sort") === "ascending";
              for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
              head.setAttribute("aria-sort", falls ? "descending" : "ascending");
              rows.sort((a, b) => {
                const [x, y] = [a.values[column], b.values[column]], [p, q] = [number(x), number(y)];
                if (isMissing(x) || isMissing(y)) return isMissing(x) - isMissing(y);
                return (Number.isNaN(p) || Number.isNaN(q) ? x.localeCompare(y) : p - q) * (falls ? -1 : 1);
              });
              show();
            };
          });
          if (rows.length < 12) continue;
          const field = document.createElement("input");
          field.type = "search";
          field.placeholder = "Filter rows";
          field.setAttribute("aria-label", "Filter rows");
          field.oninput = () => { words = field.value.toLowerCase(); shown = page; show(); };
          table.parentNode.before(field);
          table.parentNode.after(told, more);
          if (data) show(); else more.hidden = true;
        }
        """
}
