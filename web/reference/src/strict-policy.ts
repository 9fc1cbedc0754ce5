// Styles that a script makes, under `style-src 'self'`: the policy refuses a filled <style> and a style attribute in
// markup, and allows constructed stylesheets and `element.style`. Scalar and what it is made of (Vue, CodeMirror, the
// toasts) use the first way, so this module, which runs before them, gives them the second one in its place.

/** Stands in for a <style> element: its text becomes a constructed stylesheet for as long as it is in the page. */
class AdoptedStyle extends HTMLElement {
  readonly #sheet = new CSSStyleSheet();
  readonly #changes = new MutationObserver(() => this.#sheet.replaceSync(this.textContent));

  connectedCallback() {
    this.hidden = true;
    this.#sheet.replaceSync(this.textContent);
    this.#changes.observe(this, { childList: true, characterData: true, subtree: true });
    document.adoptedStyleSheets.push(this.#sheet);
  }

  disconnectedCallback() {
    this.#changes.disconnect();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }
}

customElements.define("adopted-style", AdoptedStyle);

const createElement = document.createElement.bind(document);
document.createElement = (name: string, options?: ElementCreationOptions) =>
  createElement(name.toLowerCase() === "style" ? "adopted-style" : name, options);

const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name: string, value: string) {
  if (name.toLowerCase() === "style" && this instanceof HTMLElement) this.style.cssText = value;
  else setAttribute.call(this, name, value);
};

// Zod, inside Scalar, tries whether it may compile code, which the policy reports. This spares it the attempt.
(globalThis as { __zod_globalConfig?: object }).__zod_globalConfig = { jitless: true };

// Trusted Types: Vue has a policy of its own for what it renders. Three other places in Scalar assign markup as a
// string: one empties a tooltip, one decodes a character reference, one draws the fold marks of the editor. Those pass,
// all else is refused.
const attributes = /(?:\s(?!on)[\w:-]+="[^"<>]*")*/.source;
const harmless = [/^$/, /^&#?\w+;$/, new RegExp(`^<svg${attributes}><path${attributes}/></svg>$`)];

interface PolicyFactory {
  createPolicy(name: "default", rules: { createHTML(markup: string): string | null }): unknown;
}

(globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy("default", {
  createHTML: (markup) => (harmless.some((form) => form.test(markup)) ? markup : null),
});
