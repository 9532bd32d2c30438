// What the book adds to mdBook's own behaviour. Without this script every page can still be read.
"use strict";

(function hnn() {
    const ARROWS = ["ArrowLeft", "ArrowRight"];
    const main = document.querySelector("main");
    if (!main) return;

    /** An element of this tag, with these properties and attributes. */
    function element(tag, properties = {}, attributes = {}) {
        const made = Object.assign(document.createElement(tag), properties);
        for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
        return made;
    }

    /** The first stop of the keyboard leads past the contents and the menu. */
    function addSkipLink() {
        main.id ||= "text";
        main.tabIndex = -1;
        const skip = element("a", { className: "skip", href: `#${main.id}`, textContent: "Skip to the text" });
        skip.addEventListener("click", (event) => {
            // The address stays what it is: it may name a place on the page.
            event.preventDefault();
            main.focus();
        });
        document.body.prepend(skip);
    }

    /** mdBook's switch of the contents is a label, which a keyboard cannot reach. */
    function makeSidebarToggleAButton() {
        const toggle = document.getElementById("mdbook-sidebar-toggle");
        toggle.setAttribute("role", "button");
        toggle.tabIndex = 0;
        toggle.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            toggle.click();
        });
    }

    function nameSearch() {
        const search = document.getElementById("mdbook-searchbar");
        search?.setAttribute("aria-label", "Search this book");
        search?.setAttribute("aria-describedby", "mdbook-searchresults-header");
        // mdBook names every excerpt "Search Result Teaser", which hides its words from those who cannot see them.
        const results = document.getElementById("mdbook-searchresults");
        const unname = () => results.querySelectorAll(".teaser").forEach((teaser) => teaser.removeAttribute("aria-label"));
        if (results) new MutationObserver(unname).observe(results, { childList: true, subtree: true });
    }

    /** What scrolls in a box of its own is a stop of the keyboard with a name, as long as it scrolls. */
    function reachWhatScrolls(root) {
        const kinds = [
            ["pre > code", "Code"],
            [".output pre > code", "Output"],
            [".table", "Table"],
            [".table-wrapper", "Table"],
            [".display-maths", "Formula"],
            [".data-box", "Numbers"],
        ];
        const update = (box) => {
            const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
            if (!scrolls) {
                box.removeAttribute("tabindex");
                return;
            }
            const kind = kinds.findLast(([selector]) => box.matches(selector))[1];
            const file = box.closest(".listing")?.querySelector("figcaption")?.textContent.trim();
            if (!box.hasAttribute("role")) box.setAttribute("role", "group");
            if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", file ? `${kind} of ${file}` : kind);
            box.tabIndex = 0;
        };
        const boxOf = new Map();
        const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => update(boxOf.get(target))));
        root.querySelectorAll(kinds.map(([selector]) => selector).join()).forEach((box) => {
            // The box inside `.table` does not scroll.
            if (box.parentElement.closest(".table")) return;
            for (const resized of [box, ...box.children]) {
                boxOf.set(resized, box);
                sizes.observe(resized);
            }
            update(box);
            // The arrows scroll the box; mdBook would turn the page.
            box.addEventListener("keydown", (event) => {
                if (event.target === box && ARROWS.includes(event.key)) event.stopPropagation();
            });
        });
    }

    function titleOf(figure) {
        return figure.querySelector(".finding").textContent;
    }

    /** A click on a figure, or Enter on its button, shows it as large as the window. */
    function enlargeFigures() {
        const figures = main.querySelectorAll("figure.figure");
        if (figures.length === 0) return;
        const dialog = element("dialog", { className: "enlarged" });
        const close = element("button", { type: "button", className: "close", textContent: "Close" });
        const finding = element("p", { className: "finding" });
        const picture = element("div", { className: "figure picture" }, { role: "group", tabindex: 0 });
        dialog.append(close, finding, picture);
        main.append(dialog);
        close.addEventListener("click", () => dialog.close());
        dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
        // The keys belong to the dialog; mdBook would turn the page or open its search behind it.
        dialog.addEventListener("keydown", (event) => event.stopPropagation());

        let bringBack = () => {};
        dialog.addEventListener("close", () => bringBack());
        for (const figure of figures) {
            const svg = figure.querySelector("svg");
            const title = titleOf(figure);
            const enlarge = element(
                "button",
                { type: "button", className: "enlarge", title: "Enlarge" },
                { "aria-label": `Enlarge the figure: ${title}`, "aria-haspopup": "dialog" },
            );
            enlarge.innerHTML = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M9 2h5v5M14 2 9 7M7 14H2V9M2 14l5-5"/></svg>';
            svg.before(enlarge);
            const show = () => {
                // The picture itself moves, and a box as large keeps its place: no id is on the page twice.
                const { height } = svg.getBoundingClientRect();
                const place = element("div");
                place.style.height = `${height}px`;
                svg.replaceWith(place);
                finding.textContent = title;
                picture.replaceChildren(svg);
                picture.setAttribute("aria-label", title);
                dialog.setAttribute("aria-label", title);
                bringBack = () => {
                    place.replaceWith(svg);
                    enlarge.focus({ preventScroll: true });
                    bringBack = () => {};
                };
                dialog.showModal();
            };
            enlarge.addEventListener("click", show);
            svg.addEventListener("click", () => !dialog.open && show());
        }
    }

    /** A figure that can move has a button that starts and stops it; until then it stands still. */
    function playAnimations() {
        for (const figure of main.querySelectorAll("figure.figure:has(animate)")) {
            const svg = figure.querySelector("svg[role=img]");
            const play = element("button", { type: "button", className: "play", textContent: "Play" });
            play.setAttribute("aria-label", `Play the figure: ${titleOf(figure)}`);
            svg.after(play);
            let started = false;
            play.addEventListener("click", () => {
                const plays = play.textContent === "Stop";
                if (plays) svg.pauseAnimations();
                else if (started) svg.unpauseAnimations();
                else svg.querySelectorAll("animate").forEach((part) => part.beginElement());
                started = true;
                play.textContent = plays ? "Play" : "Stop";
                play.setAttribute("aria-label", `${play.textContent} the figure: ${titleOf(figure)}`);
            });
        }
    }

    /** The numbers of a figure, six digits of each; the blocks of the file are tables of their own. */
    function tables(csv) {
        const tables = [];
        const unquoted = (cell) => cell.replace(/^"(.*)"$/, "$1").replaceAll('""', '"');
        const cells = (line) => (line.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []).map(unquoted);
        const isNumber = (cell) => cell.trim() !== "" && !Number.isNaN(Number(cell));
        for (const line of csv.trimEnd().split("\n")) {
            const row = cells(line);
            if (!row.every(isNumber)) tables.push({ names: row, rows: [] });
            else tables.at(-1)?.rows.push(row);
        }
        return tables;
    }

    function rounded(cell) {
        return cell.replace(/[^\d]/g, "").length > 7 ? Number(cell).toPrecision(6) : cell;
    }

    function tableOf({ names, rows }) {
        const table = element("table");
        const isMap = names.length === 1;
        if (isMap) table.createCaption().textContent = names[0];
        else {
            const head = table.createTHead().insertRow();
            for (const name of names) head.append(element("th", { textContent: name }, { scope: "col" }));
        }
        const body = table.createTBody();
        for (const row of rows) {
            const line = body.insertRow();
            for (const cell of row) line.insertCell().textContent = rounded(cell);
        }
        return table;
    }

    /** Below each figure its numbers unfold into a table, made when it is first wanted. */
    function unfoldNumbers() {
        for (const numbers of main.querySelectorAll("details.data")) {
            numbers.addEventListener("toggle", () => {
                if (!numbers.open || numbers.querySelector(".data-box")) return;
                const file = numbers.querySelector("a[download]");
                const csv = decodeURIComponent(file.getAttribute("href").replace(/^[^,]*,/, ""));
                const box = element("div", { className: "data-box" });
                box.append(...tables(csv).map(tableOf));
                numbers.append(box);
                reachWhatScrolls(numbers);
            });
        }
    }

    /** The reader's bets, the words of an answer for each theory. Where the browser keeps nothing they last as long as the page. */
    const BETS = "stuck-at-1.0: bets";
    let bets = {};
    try {
        bets = Object(JSON.parse(localStorage.getItem(BETS)));
    } catch {
        // No storage, or something else in it: no bets.
    }

    function keepBets() {
        try {
            localStorage.setItem(BETS, JSON.stringify(bets));
        } catch {
            // They last as long as the page.
        }
    }

    /** An answer to a bet is kept until the verdict; an answer to a guess opens the cover that follows. */
    function takeBets() {
        const words = (input) => input.parentElement.textContent.trim();
        for (const bet of main.querySelectorAll(".bet")) {
            const theory = bet.dataset.bet;
            const inputs = [...bet.querySelectorAll("input")];
            // The arrows go from answer to answer; mdBook would turn the page.
            bet.addEventListener("keydown", (event) => ARROWS.includes(event.key) && event.stopPropagation());
            if (!theory) {
                const after = (cover) => bet.compareDocumentPosition(cover) & Node.DOCUMENT_POSITION_FOLLOWING;
                const cover = [...main.querySelectorAll(".cover")].find(after);
                bet.addEventListener("change", () => (cover.open = true));
                continue;
            }
            const remind = document.getElementById("the-verdict");
            const reminder = element("p", { className: "reminder" });
            const reply = (input) => {
                bet.querySelector("[role=status]").textContent = input.dataset.reply ?? "Your bet stands. The verdict is at the end of this page.";
                reminder.textContent = `Your bet: ${words(input)}`;
                remind?.after(reminder);
            };
            bet.addEventListener("change", ({ target }) => {
                bets[theory] = words(target);
                keepBets();
                reply(target);
            });
            const kept = inputs.find((input) => words(input) === bets[theory]);
            if (kept) {
                kept.checked = true;
                reply(kept);
            }
        }
    }

    /** In the epilogue the bets stand beside the verdicts, with a button that forgets them. */
    function layBets() {
        const verdicts = main.querySelector(".bets");
        if (!verdicts || Object.keys(bets).length === 0) return;
        const rows = [...verdicts.querySelectorAll("tbody tr")].map(({ cells }) => {
            const theory = cells[0].textContent.trim();
            return [theory, bets[theory.toLowerCase()] ?? "no bet", cells[cells.length - 1].textContent.trim()];
        });
        const table = tableOf({ names: ["theory", "your bet", "the verdict"], rows });
        table.createCaption().textContent = "Your bets";
        const box = element("div", { className: "table-wrapper" });
        box.append(table);
        const forget = element("button", { type: "button", className: "forget", textContent: "Forget my bets" });
        const said = element("p", {}, { role: "status" });
        verdicts.append(box, forget, said);
        forget.addEventListener("click", () => {
            bets = {};
            keepBets();
            box.remove();
            forget.remove();
            said.textContent = "Your bets are forgotten.";
        });
    }

    /** What a link or a search leads to is not covered, and nothing is on paper. */
    function openCovers() {
        const open = (folds) => folds.forEach((fold) => (fold.open = true));
        const covers = [...main.querySelectorAll(".cover")];
        const openNamed = () => {
            const named = document.getElementById(location.hash.slice(1));
            open(covers.filter((cover) => cover.contains(named)));
        };
        openNamed();
        window.addEventListener("hashchange", openNamed);
        const searched = new URLSearchParams(location.search).has("highlight");
        if (searched || location.pathname.endsWith("/print.html")) open(covers);
        let opened = [];
        window.addEventListener("beforeprint", () => {
            opened = [...main.querySelectorAll("details:not(.data, [open])")];
            open(opened);
        });
        window.addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));
    }

    addSkipLink();
    makeSidebarToggleAButton();
    nameSearch();
    reachWhatScrolls(main);
    enlargeFigures();
    playAnimations();
    unfoldNumbers();
    takeBets();
    layBets();
    openCovers();
})();
