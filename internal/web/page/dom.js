// Elements from text. Nothing from the daemon is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** el returns an HTML element. Strings among the children become text. */
export const el = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);

/** svg returns an SVG element. */
export const svg = (tag, attributes = {}, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

// patch makes an element like a fresh one of the same kind, or replaces it.
function patch(old, fresh) {
  if (old.nodeName !== fresh.nodeName) { old.replaceWith(fresh); return; }
  if (old.nodeType === Node.TEXT_NODE) { text(old, fresh.data); return; }
  for (const { name } of [...old.attributes]) if (name !== "style" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (name !== "style" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old.style.cssText !== fresh.style.cssText) old.style.cssText = fresh.style.cssText;
  update(old, ...fresh.childNodes);
}

/**
 * update makes the children of a node equal to these. It keeps the elements that are there and
 * changes their text, so that neither a screen reader nor a selection loses its place.
 */
export function update(node, ...children) {
  const fresh = children.filter((child) => child !== null && child !== undefined).map((child) => (typeof child === "string" ? document.createTextNode(child) : child));
  fresh.forEach((child, i) => {
    if (node.childNodes[i]) patch(node.childNodes[i], child);
    else node.append(child);
  });
  while (node.childNodes.length > fresh.length) node.lastChild.remove();
}

/** text sets the text of an element, if it is another one. */
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

/** value returns a number of nanoseconds in words, with the number itself for programs. */
export const value = (ns, words) => el("data", { value: ns ?? "" }, words);

/** colour returns the value of a custom property of the style sheet. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

/** $ returns the element with an id. */
export const $ = (id) => document.getElementById(id);
