/* The Écluse panel: the project's dictionary and its export requests, beside the notebook.
 *
 * A prebuilt JupyterLab extension written by hand: a container with `init` and `get`, as module federation defines it.
 * Everything shown is text that was put into the page as text; nothing is fetched but from the workspace's own kernel.
 */
(() => {
  "use strict";

  const WORDS = {
    fr: {
      title: "Écluse : dictionnaire et sorties", dictionary: "Dictionnaire", exports: "Sorties", command: "Écluse : ouvrir le panneau",
      search: "Chercher une table, une colonne, un mot…", waiting: "Un instant…", nothing: "Rien n'a été trouvé. Essayez un autre mot.",
      all: "← Toutes les tables", granted: "dans l'autorisation", described: "hors de l'autorisation", columns: "colonnes", insert: "Copier le nom",
      copied: "Copié", new: "Nouvelle demande", titled: "Titre", purpose: "Objectif", query: "Requête SQL", check: "Vérifier", send: "Déposer",
      checked: "La requête peut être vérifiée. Elle sera recalculée hors de cet espace.", page: "Ouvrir la page de la demande", refresh: "Actualiser",
      list: "Mes demandes", none: "Aucune demande pour l'instant.", failed: "Le panneau n'a pas pu répondre.", values: "Valeurs",
      private: "Confidentialité différentielle", privately: "Avec un epsilon, la réponse est bruitée et coûte du budget ; sans, le tableau est exact et vérifié.",
      epsilon: "Epsilon", cells: "Cellules par personne", rows: "Lignes par cellule", budget: "Budget de confidentialité", over: "Ce qui restait du budget, au fil du temps",
    },
    en: {
      title: "Écluse: dictionary and exports", dictionary: "Dictionary", exports: "Exports", command: "Écluse: open the panel",
      search: "Search a table, a column, a word…", waiting: "One moment…", nothing: "Nothing was found. Try another word.",
      all: "← All tables", granted: "in your permit", described: "not in your permit", columns: "columns", insert: "Copy the name",
      copied: "Copied", new: "New request", titled: "Title", purpose: "Purpose", query: "SQL query", check: "Check", send: "Submit",
      checked: "The query can be verified. It will be computed again outside this workspace.", page: "Open the request's page", refresh: "Refresh",
      list: "My requests", none: "No request yet.", failed: "The panel could not answer.", values: "Values",
      private: "Differential privacy", privately: "With an epsilon the answer is noised and costs budget; without, the table is exact and verified.",
      epsilon: "Epsilon", cells: "Cells per person", rows: "Rows per cell", budget: "Privacy budget", over: "What was left of the budget, over time",
    },
  };

  const STYLE = `
.ecluse-panel{display:flex;flex-direction:column;height:100%;overflow:hidden;color:var(--jp-ui-font-color1);font-size:var(--jp-ui-font-size1);background:var(--jp-layout-color1)}
.ecluse-tabs{display:flex;border-bottom:1px solid var(--jp-border-color1);flex:none}
.ecluse-tabs button{flex:1;padding:8px;border:0;background:none;color:inherit;cursor:pointer;border-bottom:2px solid transparent}
.ecluse-tabs button[aria-selected=true]{border-color:var(--jp-brand-color1);font-weight:600}
.ecluse-body{overflow:auto;padding:10px;flex:1}
.ecluse-body input,.ecluse-body textarea{box-sizing:border-box;width:100%;padding:6px;margin:2px 0 8px;border:1px solid var(--jp-border-color1);border-radius:3px;background:var(--jp-layout-color0);color:inherit;font:inherit}
.ecluse-body textarea.ecluse-sql{font-family:var(--jp-code-font-family);min-height:9em}
.ecluse-body ul{list-style:none;margin:0;padding:0}
.ecluse-body li{padding:7px 0;border-bottom:1px solid var(--jp-border-color2)}
.ecluse-name{font-family:var(--jp-code-font-family);font-weight:600;background:none;border:0;padding:0;color:var(--jp-content-link-color);cursor:pointer;text-align:left;font-size:inherit}
.ecluse-note{color:var(--jp-ui-font-color2);font-size:var(--jp-ui-font-size0)}
.ecluse-tag{display:inline-block;font-size:var(--jp-ui-font-size0);padding:1px 7px;border-radius:9px;background:var(--jp-layout-color3)}
.ecluse-stop{border-left:3px solid var(--jp-error-color1);padding:6px 9px;background:var(--jp-layout-color2);white-space:pre-line;margin:8px 0}
.ecluse-good{border-left:3px solid var(--jp-success-color1);padding:6px 9px;background:var(--jp-layout-color2);margin:8px 0}
.ecluse-actions{display:flex;gap:8px;flex-wrap:wrap;margin:4px 0 12px}
.ecluse-actions button,.ecluse-actions a{padding:5px 12px;border-radius:3px;border:1px solid var(--jp-border-color1);background:var(--jp-layout-color2);color:inherit;cursor:pointer;text-decoration:none}
.ecluse-actions button.ecluse-main{background:var(--jp-brand-color1);border-color:var(--jp-brand-color1);color:var(--jp-ui-inverse-font-color0)}
.ecluse-three{display:grid;grid-template-columns:repeat(3,1fr);gap:0 8px;align-items:end}
.ecluse-body details{border:1px solid var(--jp-border-color2);border-radius:3px;padding:6px 9px;margin:0 0 10px}
.ecluse-body summary{cursor:pointer}
.ecluse-said{white-space:pre-wrap}
.ecluse-picture{display:block;width:100%;height:auto;margin:6px 0;color:var(--jp-ui-font-color2)}
.ecluse-facts{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:0}
.ecluse-facts dd{margin:0;font-variant-numeric:tabular-nums}
.ecluse-panel :focus-visible{outline:2px solid var(--jp-brand-color1);outline-offset:1px}`;

  /** Make an element; children that are text are put in as text. */
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  /** Draw a line of steps: points from 0 to 1 of time and of what was left. */
  const picture = (points, caption) => {
    const draw = (tag, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      return element;
    };
    const [wide, high, edge] = [320, 90, 6];
    const at = points.map(([x, y]) => [edge + x * (wide - 4 * edge), edge + (1 - y) * (high - 2 * edge)]);
    const line = at.reduce((path, [x, y], index) => path + (index ? `H${x}V${y}` : `M${x} ${y}`), "") + `H${wide - edge}`;
    const ground = high - edge;
    const drawn = draw("svg", { class: "ecluse-picture", viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": caption });
    drawn.append(
      draw("path", { d: `M${edge} ${ground}H${wide - edge}`, stroke: "currentColor", "stroke-dasharray": "2 3" }),
      draw("path", { d: `${line}V${ground}H${at[0][0]}Z`, fill: "var(--jp-brand-color1)", "fill-opacity": ".16" }),
      draw("path", { d: line, fill: "none", stroke: "var(--jp-brand-color1)", "stroke-width": "2" }),
      ...at.map(([x, y], index) => draw("circle", {
        cx: x, cy: y, r: 3, fill: points[index][2] === "grant" ? "var(--jp-warn-color1)" : "var(--jp-brand-color1)",
      })));
    return drawn;
  };

  /** Ask `ecluse.panel` in a Python kernel of the panel's own, started when it is first needed. */
  class Asker {
    constructor(kernels, language) {
      this.kernels = kernels;
      this.language = language;
      this.kernel = null;
      this.last = Promise.resolve();
    }

    /** One question after the other: two at once would start two kernels. */
    ask(question) {
      const answer = this.last.then(() => this.put(question));
      this.last = answer.catch(() => null);
      return answer;
    }

    async put(question) {
      if (this.kernel === null || this.kernel.isDisposed || this.kernel.status === "dead") {
        this.kernel = await this.kernels.startNew({ name: "python3" });
      }
      const text = JSON.stringify(JSON.stringify({ language: this.language, ...question }));
      const code = `import ecluse.panel\nprint(ecluse.panel.answer(${text}))`;
      const future = this.kernel.requestExecute({ code, store_history: false, stop_on_error: true });
      let said = "";
      future.onIOPub = (message) => {
        if (message.header.msg_type === "stream" && message.content.name === "stdout") said += message.content.text;
      };
      await future.done;
      return JSON.parse(said);
    }

    async end() {
      if (this.kernel !== null && !this.kernel.isDisposed) await this.kernel.shutdown();
    }
  }

  class Panel {
    constructor(node, asker, words) {
      this.node = node;
      this.asker = asker;
      this.words = words;
      this.draft = Panel.empty();
      // The last question for each place: a later one wins, and does not silence those of other places.
      this.turns = new WeakMap();
      node.classList.add("ecluse-panel");
      this.tabs = ["dictionary", "exports"].map((name) =>
        make("button", { type: "button", role: "tab", onclick: () => this.open(name) }, words[name]));
      this.body = make("div", { class: "ecluse-body", role: "tabpanel" });
      node.append(make("div", { class: "ecluse-tabs", role: "tablist" }, ...this.tabs), this.body);
    }

    static empty() {
      return { title: "", purpose: "", sql: "", epsilon: "", cells: "", rows: "" };
    }

    open(name) {
      this.tabs.forEach((tab, index) => tab.setAttribute("aria-selected", String(["dictionary", "exports"][index] === name)));
      return name === "dictionary" ? this.dictionary() : this.exports();
    }

    /** Show an answer when it comes, unless something else was asked meanwhile. */
    async fill(place, question, show) {
      const turn = {};
      this.turns.set(place, turn);
      place.replaceChildren(make("p", { class: "ecluse-note" }, this.words.waiting));
      let answer;
      try {
        answer = await this.asker.ask(question);
      } catch {
        answer = { error: this.words.failed };
      }
      if (turn !== this.turns.get(place)) return;
      if (answer.error) place.replaceChildren(this.stop(answer.error));
      else place.replaceChildren(...show(answer));
    }

    stop(text) {
      return make("div", { class: "ecluse-stop", role: "alert" }, text);
    }

    dictionary() {
      const found = make("div", { "aria-live": "polite" });
      let wait = 0;
      const search = () => {
        clearTimeout(wait);
        wait = setTimeout(() => this.find(found, field.value.trim()), 250);
      };
      const field = make("input", { type: "search", placeholder: this.words.search, "aria-label": this.words.search, oninput: search });
      this.body.replaceChildren(field, found);
      return this.find(found, "");
    }

    find(place, words) {
      const question = words ? { op: "search", words } : { op: "tables" };
      return this.fill(place, question, (answer) => {
        if (!answer.found.length) return [make("p", { class: "ecluse-note" }, this.words.nothing)];
        return [make("ul", {}, ...answer.found.map((item) => this.entry(item, place)))];
      });
    }

    entry(item, place) {
      const tag = item.granted ? null : make("span", { class: "ecluse-tag" }, this.words.described);
      const open = () => this.table(place, item.table);
      return make("li", {},
        make("button", { class: "ecluse-name", type: "button", onclick: open }, item.column ? `${item.table}.${item.column}` : item.table),
        make("div", {}, item.label || ""), tag,
        item.granted && item.note ? make("div", { class: "ecluse-note" }, item.note) : null);
    }

    table(place, name) {
      return this.fill(place, { op: "table", name }, (answer) => [
        make("div", { class: "ecluse-actions" }, make("button", { type: "button", onclick: () => this.find(place, "") }, this.words.all)),
        make("h3", {}, answer.table), make("p", {}, answer.label || ""),
        make("ul", {}, ...answer.columns.map((column) => make("li", {},
          make("button", { class: "ecluse-name", type: "button", title: this.words.insert, onclick: (event) => this.copy(event.target, column.column) }, column.column),
          " ", make("span", { class: "ecluse-note" }, column.type), make("div", {}, column.label || ""),
          column.granted ? null : make("span", { class: "ecluse-tag" }, this.words.described),
          column.granted && column.note ? make("div", { class: "ecluse-note" }, column.note) : null))),
      ]);
    }

    async copy(button, name) {
      await navigator.clipboard.writeText(name);
      button.textContent = this.words.copied;
      setTimeout(() => { button.textContent = name; }, 900);
    }

    exports() {
      const list = make("div", { "aria-live": "polite" });
      const said = make("div", { "aria-live": "polite" });
      const left = make("div", {});
      const keep = (key) => (event) => { this.draft[key] = event.target.value; };
      const field = (tag, key, label, style) => {
        const input = make(tag, { class: style, oninput: keep(key), "aria-label": label });
        input.value = this.draft[key];
        return make("label", {}, label, input);
      };
      const send = (op) => () => this.fill(said, { op, ...this.draft }, (answer) => {
        if (op === "preview") return [make("div", { class: "ecluse-good" }, this.words.checked), make("p", { class: "ecluse-note ecluse-said" }, answer.said)];
        this.draft = Panel.empty();
        this.exports();
        return [];
      });
      this.body.replaceChildren(
        make("h3", {}, this.words.new),
        field("input", "title", this.words.titled), field("textarea", "purpose", this.words.purpose), field("textarea", "sql", this.words.query, "ecluse-sql"),
        make("details", this.draft.epsilon ? { open: "" } : {}, make("summary", {}, this.words.private), make("p", { class: "ecluse-note" }, this.words.privately),
          make("div", { class: "ecluse-three" }, ...["epsilon", "cells", "rows"].map((key) => field("input", key, this.words[key])))),
        make("div", { class: "ecluse-actions" },
          make("button", { type: "button", onclick: send("preview") }, this.words.check),
          make("button", { type: "button", class: "ecluse-main", onclick: send("submit") }, this.words.send)),
        said, make("h3", {}, this.words.budget), left, make("h3", {}, this.words.list),
        make("div", { class: "ecluse-actions" }, make("button", { type: "button", onclick: () => this.requests(list) }, this.words.refresh)), list);
      return Promise.all([this.budget(left), this.requests(list)]);
    }

    budget(place) {
      return this.fill(place, { op: "budget" }, (answer) => {
        if (answer.none) return [make("p", { class: "ecluse-note" }, answer.none)];
        const facts = answer.facts.flatMap(([name, value]) => [make("dt", { class: "ecluse-note" }, name), make("dd", {}, value)]);
        return [answer.points.length ? picture(answer.points, this.words.over) : null, make("dl", { class: "ecluse-facts" }, ...facts)].filter(Boolean);
      });
    }

    requests(place) {
      return this.fill(place, { op: "requests" }, (answer) => {
        if (!answer.requests.length) return [make("p", { class: "ecluse-note" }, this.words.none)];
        return [make("ul", {}, ...answer.requests.map((request) => make("li", {},
          make("strong", {}, request.title), make("div", {}, make("span", { class: "ecluse-tag" }, request.state)),
          request.said ? make("div", { class: "ecluse-note" }, request.said) : null,
          /^https?:/.test(request.page) ? make("div", {}, make("a", { href: request.page, target: "_blank", rel: "noopener" }, this.words.page)) : null)))];
      });
    }
  }

  const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><path d="M3 4h2v16H3zM19 4h2v16h-2zM11 4l-4 3v10l4 3zM13 4l4 3v10l-4 3z"/></g></svg>';

  const plugin = async (shared) => {
    const [apputils, translation, widgets, components] = await Promise.all(
      ["@jupyterlab/apputils", "@jupyterlab/translation", "@lumino/widgets", "@jupyterlab/ui-components"].map(shared));
    return {
      id: "@ecluse/panel:plugin",
      description: "The project's dictionary and its export requests.",
      autoStart: true,
      optional: [translation.ITranslator, apputils.ICommandPalette],
      activate: (app, translator, palette) => {
        const language = (translator ? translator.languageCode : "fr").toLowerCase().startsWith("fr") ? "fr" : "en";
        const words = WORDS[language];
        document.head.append(make("style", {}, STYLE));
        const widget = new widgets.Widget();
        widget.id = "ecluse-panel";
        widget.title.icon = new components.LabIcon({ name: "ecluse:lock", svgstr: ICON });
        widget.title.caption = words.title;
        const asker = new Asker(app.serviceManager.kernels, language);
        const panel = new Panel(widget.node, asker, words);
        // Nothing is started for those who never look at it.
        let opened = false;
        const show = widget.onAfterShow.bind(widget);
        widget.onAfterShow = (message) => {
          show(message);
          if (!opened) panel.open("dictionary");
          opened = true;
        };
        window.addEventListener("pagehide", () => asker.end());
        app.shell.add(widget, "left", { rank: 150 });
        app.commands.addCommand("ecluse:open-panel", { label: words.command, execute: () => app.shell.activateById(widget.id) });
        if (palette) palette.addItem({ command: "ecluse:open-panel", category: "Écluse" });
      },
    };
  };

  let scope = null;
  /** Return a module that JupyterLab itself uses: the first version that it shares. */
  const shared = async (name) => (await Object.values(scope[name])[0].get())();
  const containers = (window._JUPYTERLAB = window._JUPYTERLAB || {});
  containers["@ecluse/panel"] = {
    init: (given) => { scope = given; },
    get: async (module) => {
      if (module !== "./extension") throw new Error(`there is no module ${module}`);
      const made = await plugin(shared);
      return () => ({ __esModule: true, default: made });
    },
  };
})();
