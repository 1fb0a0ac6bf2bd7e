// The data of the page, and elements made from text. Comments are hostile: no string ever becomes markup,
// an attribute that runs, or an address.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

/** An element with a class, attributes that cannot run anything, and children (strings become text). */
function el(name, options = {}, ...children) {
  const node = document.createElement(name);
  const { cls, on, ...attributes } = options;
  if (cls) node.className = cls;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  for (const [event, handler] of Object.entries(on ?? {})) node.addEventListener(event, handler);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Words as the report writes them: "41%", "<1%"; `parts` is a probability times `data.scale`. */
function percent(parts) {
  if (parts === null || parts === undefined) return "n/a";
  const share = parts / data.scale;
  if (share > 0 && share < 0.005) return "<1%";
  if (share >= 0.995 && share < 1) return ">99%";
  return `${Math.floor((100 * parts) / data.scale + 0.5)}%`;
}

const counted = (n, noun, many = `${noun}s`) => `${n.toLocaleString("en")} ${n === 1 ? noun : many}`;

/** Calls `work` once input has rested for a moment. */
function rested(work, milliseconds = 120) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}

for (const node of document.querySelectorAll("[data-needs-script]")) node.hidden = false;
