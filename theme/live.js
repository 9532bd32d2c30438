// The figures with knobs. The experiments are the library's own, compiled for the page (`live/`), in a worker of their own; this
// script sets up the knobs, passes on where they stand, and shows the drawings that come back. Without it, or without the
// module, a page shows the pinned figures.
"use strict";

(function live() {
    const here = document.currentScript.src;
    const main = document.querySelector("main");
    const places = [...document.querySelectorAll(".live[data-figure]")];
    if (!main || location.pathname.endsWith("/print.html")) return;
    const isQuiet = matchMedia("(prefers-reduced-motion: reduce)");

    function element(tag, properties = {}, attributes = {}) {
        const made = Object.assign(document.createElement(tag), properties);
        for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
        return made;
    }

    /** A module that is packed as a file `.lzma`, a fifth smaller than what browsers unpack by themselves; and how it is asked, in words or bytes. */
    async function moduleOf(packed) {
        const { instance } = await WebAssembly.instantiate(unpacked(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))), {});
        const module = instance.exports;
        const ask = (asked) => {
            const question = typeof asked === "string" ? new TextEncoder().encode(asked) : asked;
            const at = module.room(question.length);
            new Uint8Array(module.memory.buffer, at, question.length).set(question);
            const length = module.answer();
            return JSON.parse(new TextDecoder().decode(new Uint8Array(module.memory.buffer, module.room(0), length)));
        };
        return { module, ask };

        /** After Pavlov's LZMA specification: a header of 13 bytes that ends with the length, then the stream of a range coder. */
        function unpacked(file) {
            /** Where the chances of each kind of bit begin; a literal's depend on three bits of the byte before, none on the position. */
            const [MATCH, AGAIN, NOT_LAST, NOT_SECOND, NOT_THIRD, LONG] = [0, 12, 24, 36, 48, 60];
            const [SLOTS, PLACES, ALIGN, NEW, OLD, LITERALS] = [72, 328, 443, 459, 733, 1007];
            const chances = new Uint16Array(LITERALS + 8 * 0x300).fill(1024);
            let [from, range, code] = [14, 2 ** 32 - 1, 0];
            while (from < 18) code = 256 * code + file[from++];

            function narrow(isSet, bound) {
                if (isSet) code -= bound;
                range = isSet ? range - bound : bound;
                if (range < 2 ** 24) {
                    range *= 256;
                    code = 256 * code + file[from++];
                }
                return isSet ? 1 : 0;
            }
            function bit(at) {
                const bound = (range >>> 11) * chances[at];
                const isSet = code >= bound;
                chances[at] += isSet ? -(chances[at] >> 5) : (2048 - chances[at]) >> 5;
                return narrow(isSet, bound);
            }
            /** So many bits, the highest first, of each the chance after those before it. */
            function number(at, bits) {
                let read = 1;
                while (read < 1 << bits) read = 2 * read + bit(at + read);
                return read - (1 << bits);
            }
            /** The lowest first. */
            function turned(at, bits) {
                let [read, path] = [0, 1];
                for (let index = 0; index < bits; index += 1) {
                    const next = bit(at + path);
                    path = 2 * path + next;
                    read += next << index;
                }
                return read;
            }
            /** How many bytes a match has. */
            function length(at) {
                if (!bit(at)) return 2 + number(at + 2, 3);
                return bit(at + 1) ? 18 + number(at + 18, 8) : 10 + number(at + 10, 3);
            }
            /** How far back a new match of so many bytes begins. */
            function distance(count) {
                const slot = number(SLOTS + 64 * Math.min(count - 2, 3), 6);
                if (slot < 4) return slot;
                const bits = (slot >> 1) - 1;
                const base = (2 + (slot & 1)) * 2 ** bits;
                if (slot < 14) return base + turned(PLACES + base - slot, bits);
                let read = 0;
                for (let index = 4; index < bits; index += 1) {
                    const half = range >>> 1;
                    range = 2 * half;
                    read = 2 * read + narrow(code >= half, half);
                }
                return base + 16 * read + turned(ALIGN, 4);
            }
            /** Which of the last distances is taken again. */
            function again(state) {
                if (!bit(NOT_LAST + state)) return 0;
                if (!bit(NOT_SECOND + state)) return 1;
                return 2 + bit(NOT_THIRD + state);
            }

            const bytes = new Uint8Array(new DataView(file.buffer).getUint32(5, true));
            const last = [0, 0, 0, 0];
            let state = 0;
            for (let to = 0; to < bytes.length; ) {
                if (!bit(MATCH + state)) {
                    const at = LITERALS + 0x300 * (bytes[to - 1] >> 5);
                    let read = 1;
                    // After a match: not the byte that would have gone on with it. Its bits tell until one differs.
                    for (let other = bytes[to - 1 - last[0]]; state > 6 && read < 256; other *= 2) {
                        const told = (other >> 7) & 1;
                        read = 2 * read + bit(at + 256 * (1 + told) + read);
                        if ((read & 1) !== told) break;
                    }
                    while (read < 256) read = 2 * read + bit(at + read);
                    bytes[to++] = read;
                    state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
                    continue;
                }
                const isAgain = bit(AGAIN + state);
                const which = isAgain ? again(state) : 3;
                const isLong = !isAgain || which > 0 || bit(LONG + state);
                const count = isLong ? length(isAgain ? OLD : NEW) : 1;
                const [back] = last.splice(which, 1);
                last.unshift(isAgain ? back : distance(count));
                state = state < 7 ? (isLong ? 7 + isAgain : 9) : isLong && !isAgain ? 10 : 11;
                for (const end = to + count; to < end; to += 1) bytes[to] = bytes[to - 1 - last[0]];
            }
            return bytes;
        }
    }

    /** Runs in the worker: asks the module, and goes on with a run in slices between the questions. */
    function inTheWorker() {
        /** A slice lasts about so long, in milliseconds, so that a knob never waits. */
        const SLICE = 20;
        /** As long as a run goes on it is drawn as often, in milliseconds, if the page keeps up. */
        const DRAWN_EVERY = 100;
        let module;
        let ask;
        let isRunning = false;
        let isWaiting = false;
        let steps = 1;
        let drawnAt = 0;
        let isShown = true;
        let turns = 0;

        function draw(told) {
            drawnAt = performance.now();
            isShown = false;
            const drawn = ask("draw");
            postMessage({ ...told, ...drawn, isRunning, turns, memory: module.memory.buffer.byteLength });
        }

        function start(told) {
            turns += 1;
            isRunning = !told.error && told.taken < told.all;
            if (told.error) postMessage(told);
            else draw(told);
        }

        function slice() {
            isWaiting = false;
            if (!isRunning) return;
            const before = performance.now();
            const told = ask(`advance ${steps}`);
            const took = performance.now() - before;
            steps = Math.max(1, Math.min(2 * steps, Math.round((steps * SLICE) / Math.max(took, 0.1))));
            isRunning = !told.error && told.taken < told.all;
            if (told.error) postMessage(told);
            else if (!isRunning || (isShown && performance.now() - drawnAt > DRAWN_EVERY)) draw(told);
            wait();
        }

        function wait() {
            if (!isRunning || isWaiting) return;
            isWaiting = true;
            setTimeout(slice);
        }

        const answers = {
            async begin({ packed }) {
                ({ module, ask } = await moduleOf(packed));
                postMessage({ begun: ask("begin") });
            },
            turn: ({ at }) => start(ask(`turn ${at.join(" ")}`)),
            async read({ file, said }) {
                const words = ["read", ...[file.name, ...said].map((word) => word.replace(/\s+/g, " ")), ""];
                const question = await new Blob([words.join("\n"), file]).arrayBuffer();
                const told = ask(new Uint8Array(question));
                if (!told.error) return start(told);
                turns += 1;
                postMessage({ refused: told.error, isRunning, turns });
            },
            own({ at }) {
                ask("begin");
                answers.turn({ at });
            },
            reset() {
                ask("begin");
                start(ask("advance 0"));
            },
            shown() {
                isShown = true;
            },
            run({ isToRun }) {
                const told = ask("advance 0");
                isRunning = isToRun && told.taken < told.all;
                draw(told);
            },
        };
        onmessage = async ({ data }) => {
            try {
                await answers[data.verb](data);
                wait();
            } catch (error) {
                postMessage({ error: String(error) });
            }
        };
    }

    /** Whether this browser has the instruction that fuses a product, and fuses it: of (1 + 2⁻³⁰)² - (1 + 2⁻²⁹) only then 2⁻⁶⁰ is left. */
    async function isFused() {
        // (module (func (export "f") (param f64 f64 f64) (result f64)
        //   (f64x2.extract_lane 0 (f64x2.relaxed_madd (f64x2.splat p0) (f64x2.splat p1) (f64x2.splat p2)))))
        const probe = [
            0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 124, 124, 124, 1, 124, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 22, 1,
            20, 0, 32, 0, 253, 20, 32, 1, 253, 20, 32, 2, 253, 20, 253, 135, 2, 253, 33, 0, 11,
        ];
        try {
            const { instance } = await WebAssembly.instantiate(new Uint8Array(probe));
            const near = 1 + 2 ** -30;
            return instance.exports.f(near, near, -(1 + 2 ** -29)) === 2 ** -60;
        } catch {
            return false;
        }
    }

    /** The module of a figure, as the script has it that holds it. It is loaded once, when the figure first begins. */
    const loading = new Map();
    const arrived = new Map();
    window.hnnLive = Object.assign((name, packed) => arrived.get(name)(packed), { moduleOf });
    function load(name, isFused) {
        if (!loading.has(name)) {
            const attempt = new Promise((resolve, reject) => {
                arrived.set(name, resolve);
                const src = new URL(`../live/${name}-${isFused ? "fused" : "plain"}.js`, here);
                const script = element("script", { src, onerror: () => reject(new Error("the experiment could not be loaded")) });
                document.head.append(script);
            });
            loading.set(name, attempt);
        }
        return loading.get(name);
    }

    /** Where knobs stand, from the address: `#live=rate;rate=0.030;schedule=restarts`. */
    function fromAddress(name) {
        const [first, ...settings] = decodeURIComponent(location.hash.slice(1)).split(";");
        return first === `live=${name}` ? Object.fromEntries(settings.map((setting) => setting.split("="))) : undefined;
    }

    /** Where the page's own tables say that a thing of this name is explained. */
    function explained(name) {
        const cells = [...main.querySelectorAll("tbody td:first-child")].filter((cell) => !cell.closest(".live"));
        const rows = cells.filter((cell) => cell.textContent.split(", ").includes(name)).map((cell) => cell.parentElement);
        return rows.map((row) => row.querySelector("a[href]")?.getAttribute("href")).find((href) => href);
    }

    class Figure {
        constructor(place) {
            this.place = place;
            this.name = place.dataset.figure;
            const before = place.previousElementSibling;
            this.pinned = [before, before?.previousElementSibling].filter((near) => near?.matches(".figure, .data"));
            this.opener = element("button", { type: "button", className: "turn", textContent: place.dataset.words });
            this.opener.addEventListener("click", () => this.open());
            place.append(this.opener);
            if (fromAddress(this.name)) {
                for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
                this.open();
                this.place.scrollIntoView();
            }
        }

        async open() {
            this.opener.disabled = true;
            this.status = element("p", { className: "status" }, { role: "status" });
            this.place.append(this.status);
            try {
                this.fused = await isFused();
                const packed = await load(this.name, this.fused);
                const code = `"use strict";${moduleOf}(${inTheWorker})();`;
                const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
                this.worker = new Worker(address);
                URL.revokeObjectURL(address);
                this.worker.onmessage = ({ data }) => this.hear(data);
                this.worker.onerror = (event) => this.hear({ error: event.message });
                this.worker.postMessage({ verb: "begin", packed });
            } catch (error) {
                this.hear({ error: error.message });
            }
        }

        hear(told) {
            if (told.error) {
                this.status.textContent = `This figure stands still: ${told.error}.`;
                this.opener.disabled = false;
            } else if (told.begun) {
                this.setUp(told.begun);
            } else if (told.refused) {
                this.refused.textContent = told.refused;
                Object.assign(this.place.dataset, { running: told.isRunning, turns: told.turns });
            } else {
                this.show(told);
                requestAnimationFrame(() => setTimeout(() => this.worker.postMessage({ verb: "shown" })));
            }
        }

        setUp({ knobs, reads, handle }) {
            this.asked = 0;
            const asked = fromAddress(this.name) ?? {};
            const named = (knob) => knob.places.indexOf(asked[knob.name]);
            this.knobs = knobs;
            this.at = knobs.map((knob) => (named(knob) < 0 ? knob.start : named(knob)));
            this.finding = element("p", { className: "finding" });
            this.drawing = element("div", { className: "drawing" });
            this.tables = element("div", { className: "tables" });
            this.refused = element("p", { className: "refused" }, { role: "alert" });
            this.says = element("p", { className: "says" });
            this.pause = element("button", { type: "button", textContent: "Pause" });
            const reset = element("button", { type: "button", textContent: "Reset" });
            const close = element("button", { type: "button", textContent: this.pinned.length > 0 ? "The pinned figure" : "Close" });
            const buttons = element("div", { className: "buttons" });
            buttons.append(this.pause, reset, close);
            const box = element("div", { className: "knobs" }, { role: "group", "aria-label": "Knobs" });
            this.inputs = knobs.map((knob, index) => this.input(box, knob, index));
            const how = this.fused ? "fused, as in the pinned runs" : "rounded twice, unlike in the pinned runs";
            const note = `This run is a demonstration, made now, in this page; products are ${how}. What the book says is pinned.`;
            this.figure = element("div", { className: "figure live-figure" });
            const stage = element("div", { className: "stage" });
            stage.append(this.drawing, ...(handle ? [this.grip(handle)] : []));
            const files = reads.length > 0 ? [this.files(reads)] : [];
            const words = element("p", { className: "note", textContent: note });
            this.figure.append(...files, this.refused, this.finding, stage, box, buttons, this.says, this.tables, words);
            this.opener.hidden = true;
            this.pinned.forEach((part) => (part.hidden = true));
            this.place.append(this.figure, this.status);
            this.pause.addEventListener("click", () => this.run(!this.isRunning));
            reset.addEventListener("click", () => {
                this.at = knobs.map((knob) => knob.start);
                this.inputs.forEach((tell) => tell());
                this.forget?.();
                this.tell({ verb: "reset" });
                history.replaceState(null, "", location.pathname + location.search);
            });
            close.addEventListener("click", () => this.close());
            this.watch();
            this.inputs.forEach((tell) => tell());
            this.turn(false);
        }

        /** A knob: a range over its places, or a list of them. Returns what shows where it stands. */
        input(box, knob, index) {
            const id = `live-${this.name}-${knob.name}`;
            const label = element("label", { htmlFor: id, textContent: knob.label });
            const shown = element("output", { htmlFor: id });
            const input = knob.is_choice
                ? element("select", { id })
                : element("input", { id, type: "range", min: 0, max: knob.places.length - 1, step: 1 });
            if (knob.is_choice) knob.places.forEach((text, value) => input.append(element("option", { value, textContent: text })));
            input.addEventListener("input", () => {
                this.at[index] = Number(input.value);
                tell();
                this.turn();
            });
            const row = element("div", { className: "knob" });
            row.append(label, ...(knob.is_choice ? [] : [shown]), input);
            if (knob.runs && !isQuiet.matches) row.append(this.runner(knob, index));
            box.append(row);
            const tell = () => {
                const text = knob.places[this.at[index]];
                input.value = this.at[index];
                if (knob.is_choice) return;
                shown.textContent = text;
                input.setAttribute("aria-valuetext", text);
            };
            return tell;
        }

        /** A button that moves a knob from its first place to its last, and then stops; what a reader turns in between stops it. */
        runner(knob, index) {
            /** A place is shown at least so long, in milliseconds. */
            const SHOWN = 80;
            const button = element("button", { type: "button", textContent: knob.runs });
            const go = (place) => {
                this.at[index] = place;
                this.inputs[index]();
                const isLast = place === knob.places.length - 1;
                this.turn(isLast);
                const next = () => {
                    const isDrawn = Number(this.place.dataset.turns) >= this.asked;
                    if (isDrawn) go(place + 1);
                    else this.moving = setTimeout(next, 10);
                };
                if (!isLast) this.moving = setTimeout(next, SHOWN);
            };
            button.addEventListener("click", () => (this.moving ? this.stop() : go(0)));
            return button;
        }

        stop() {
            clearTimeout(this.moving);
            this.moving = undefined;
        }

        /** Where a file of the reader's is chosen or dropped, and what may be said of it. It goes to the worker and nowhere else. */
        files(reads) {
            let file;
            const choose = element("input", { id: `live-${this.name}-file`, type: "file", accept: ".csv,.txt,text/csv" });
            const label = element("label", { htmlFor: choose.id, textContent: "A CSV file, chosen or dropped here" });
            const own = element("button", { type: "button", textContent: "Use the book's pendulum" });
            const more = element("details");
            more.append(element("summary", { textContent: "Columns with other names" }));
            const inputs = reads.map(([name, words]) => {
                const input = element("input", { id: `live-${this.name}-${name}`, placeholder: "auto", spellcheck: false });
                const row = element("div", { className: "knob" });
                row.append(element("label", { htmlFor: input.id, textContent: `${name}: ${words}` }), input);
                more.append(row);
                return input;
            });
            const read = () => file && this.tell({ verb: "read", file, said: inputs.map((input) => input.value) });
            const take = (files) => {
                file = files[0] ?? file;
                read();
            };
            this.forget = () => {
                file = undefined;
                choose.value = "";
            };
            choose.addEventListener("change", () => take(choose.files));
            inputs.forEach((input) => input.addEventListener("change", read));
            own.addEventListener("click", () => {
                this.forget();
                this.tell({ verb: "own", at: this.at });
            });
            const box = element("div", { className: "file" }, { role: "group", "aria-label": "Your file" });
            box.addEventListener("dragover", (event) => event.preventDefault());
            box.addEventListener("drop", (event) => {
                event.preventDefault();
                take(event.dataTransfer.files);
            });
            const stays = element("p", { className: "note", textContent: "The file is read in this page and never leaves your computer." });
            box.append(label, choose, own, more, stays);
            return box;
        }

        /** What two knobs move in the drawing: with the pointer, or with the arrow keys. */
        grip({ name, across, down }) {
            const grip = element("button", { type: "button", className: "grip" }, { "aria-label": `${name}: drag it, or move it with the arrow keys` });
            const go = (...to) => {
                const places = [across, down].map(({ length }, knob) => Math.max(0, Math.min(length - 1, to[knob])));
                if (places.every((place, knob) => place === this.at[knob])) return;
                this.at.splice(0, 2, ...places);
                this.inputs.forEach((tell) => tell());
                this.turn();
            };
            const nearest = (places, to) => places.reduce((best, place, at) => (Math.abs(place - to) < Math.abs(places[best] - to) ? at : best), 0);
            grip.addEventListener("keydown", (event) => {
                const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
                if (!by) return;
                event.preventDefault();
                // Elsewhere on the page an arrow turns the page.
                event.stopPropagation();
                go(this.at[0] + by[0], this.at[1] + by[1]);
            });
            grip.addEventListener("pointerdown", (event) => grip.setPointerCapture(event.pointerId));
            grip.addEventListener("pointermove", (event) => {
                const svg = this.drawing.querySelector("svg");
                if (!svg || !grip.hasPointerCapture(event.pointerId)) return;
                const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
                go(nearest(across, at.x), nearest(down, at.y));
            });
            this.place.addEventListener("drawn", () => {
                const { width, height } = this.drawing.querySelector("svg").viewBox.baseVal;
                grip.style.insetInlineStart = `${(100 * across[this.at[0]]) / width}%`;
                grip.style.insetBlockStart = `${(100 * down[this.at[1]]) / height}%`;
            });
            return grip;
        }

        /** A table of words; what the page explains elsewhere, in a table of its own, is a link to there. */
        table({ name, rows: [headings, ...rows] }) {
            const rowOf = (cells, tag) => {
                const row = element("tr");
                row.append(...cells.map((textContent) => element(tag, { textContent })));
                return row;
            };
            const [head, body] = [element("thead"), element("tbody")];
            head.append(rowOf(headings, "th"));
            body.append(...rows.map((cells) => rowOf(cells, "td")));
            for (const row of body.rows) {
                const [first] = row.cells;
                const href = explained(first.textContent);
                if (href) first.replaceChildren(element("a", { href, textContent: first.textContent }));
            }
            const table = element("table");
            table.append(element("caption", { textContent: name }), head, body);
            const box = element("div", { className: "table-wrapper", tabIndex: 0 }, { role: "region", "aria-label": name });
            box.append(table);
            return box;
        }

        /** Passes on where the knobs stand, and keeps it in the address. */
        turn(isByHand = true) {
            this.tell({ verb: "turn", at: this.at });
            if (!isByHand) return;
            const settings = this.knobs.map((knob, index) => `;${knob.name}=${encodeURIComponent(knob.places[this.at[index]])}`);
            history.replaceState(null, "", `#live=${this.name}${settings.join("")}`);
        }

        /** Sends the worker what sets off a run. */
        tell(message) {
            this.stop();
            this.refused.textContent = "";
            this.worker.postMessage(message);
            this.asked += 1;
            this.place.dataset.asked = this.asked;
        }

        show({ figures, tables, says, taken, all, isRunning, turns, memory }) {
            this.isRunning = isRunning;
            // What a test waits for, and measures.
            Object.assign(this.place.dataset, { running: isRunning, turns, memory, fused: this.fused });
            this.pause.hidden = all === 0;
            this.pause.disabled = taken === all;
            this.pause.textContent = isRunning ? "Pause" : "Go on";
            // One who wants nothing to move sees where a run ends.
            if (isQuiet.matches && isRunning) return;
            this.finding.textContent = figures.map(({ title }) => title).join(". ");
            this.drawing.innerHTML = figures.map(({ svg }) => svg).join("");
            this.says.textContent = says;
            this.tables.replaceChildren(...tables.map((table) => this.table(table)));
            this.place.dispatchEvent(new Event("drawn"));
            clearTimeout(this.telling);
            if (!isRunning) this.telling = setTimeout(() => (this.status.textContent = says), 600);
        }

        /** The answer says whether it runs: a drawing may be on its way that was made before. */
        run(isToRun) {
            this.worker.postMessage({ verb: "run", isToRun });
        }

        /** What nobody sees does not run. */
        watch() {
            let wasRunning = false;
            const see = (isSeen) => {
                if (!isSeen && this.isRunning) {
                    wasRunning = true;
                    this.run(false);
                } else if (isSeen && wasRunning) {
                    wasRunning = false;
                    this.run(true);
                }
            };
            this.observer = new IntersectionObserver(([entry]) => see(entry.isIntersecting));
            this.observer.observe(this.figure);
            this.onHidden = () => see(!document.hidden);
            document.addEventListener("visibilitychange", this.onHidden);
        }

        close() {
            this.stop();
            this.worker.terminate();
            this.observer.disconnect();
            document.removeEventListener("visibilitychange", this.onHidden);
            clearTimeout(this.telling);
            this.figure.remove();
            this.status.remove();
            this.isRunning = false;
            this.pinned.forEach((part) => (part.hidden = false));
            this.opener.hidden = false;
            this.opener.disabled = false;
            this.opener.focus();
            history.replaceState(null, "", location.pathname + location.search);
        }
    }

    places.forEach((place) => new Figure(place));
})();
