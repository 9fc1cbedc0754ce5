// Draws the API documents: endpoints and channels, what they take and answer, and the types.

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** An element with attributes and children; strings become text, so nothing in a document is ever markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.flat());
  return made;
}

/** Text with `code` in it. */
function prose(text = '') {
  return text.split('`').map((part, index) => (index % 2 ? element('code', {}, part) : part));
}

/** A schema in words, with links to the types it names. */
function shape(schema) {
  if (!schema || Object.keys(schema).length === 0) return ['anything'];
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return [element('a', { href: `#type-${name}` }, name)];
  }
  const several = schema.oneOf ?? schema.anyOf;
  if (several) return several.flatMap((one, index) => (index ? [' or ', ...shape(one)] : shape(one)));
  if (schema.allOf) return schema.allOf.flatMap((one, index) => (index ? [' with ', ...shape(one)] : shape(one)));
  if (schema.const !== undefined) return [element('code', {}, JSON.stringify(schema.const))];
  if (schema.enum) return schema.enum.flatMap((one, index) => [index ? ' · ' : '', element('code', {}, String(one))]);
  if (schema.type === 'array') return ['list of ', ...shape(schema.items)];
  if (schema.properties) return [element('div', {}, fields(schema))];
  return [[schema.type].flat().filter((type) => type !== 'null').join(' or '), limits(schema)];
}

function limits(schema) {
  const words = [];
  if (schema.format && schema.format !== 'double') words.push(schema.format);
  if (schema.minimum !== undefined) words.push(`from ${schema.minimum}`);
  if (schema.exclusiveMinimum !== undefined) words.push(`above ${schema.exclusiveMinimum}`);
  if (schema.maximum !== undefined) words.push(`to ${schema.maximum}`);
  if (schema.maxLength !== undefined) words.push(`at most ${schema.maxLength} characters`);
  if (schema.default !== undefined) words.push(`default ${schema.default}`);
  return words.length ? ` (${words.join(', ')})` : '';
}

/** The fields of an object as a table. */
function fields(schema) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => row(
    required.has(name) ? name : `${name}?`,
    shape(field),
    prose(field.description),
  ));
  return element('table', {}, element('tbody', {}, rows));
}

function row(name, ...cells) {
  return element('tr', {}, element('td', {}, name), cells.map((cell) => element('td', {}, cell)));
}

function table(title, rows) {
  return rows.length ? [element('h4', {}, title), element('table', {}, element('tbody', {}, rows))] : [];
}

function operation(path, method, described) {
  const body = described.requestBody?.content?.['application/json']?.schema;
  const parameters = (described.parameters ?? []).map((parameter) => row(
    parameter.required ? parameter.name : `${parameter.name}?`,
    [parameter.in],
    shape(parameter.schema),
    prose(parameter.description),
  ));
  const responses = Object.entries(described.responses).map(([status, response]) => row(
    status,
    Object.values(response.content ?? {}).flatMap((content) => shape(content.schema)),
    prose(response.description),
  ));
  return element('article', { id: described.operationId },
    described.security ? element('span', { class: 'token' }, 'token') : [],
    element('h3', {}, element('span', { class: 'verb' }, method.toUpperCase()), path),
    element('p', {}, prose(described.summary ?? described.description)),
    table('Takes', parameters),
    body ? [element('h4', {}, 'Body'), element('p', {}, shape(body))] : [],
    table('Answers', responses));
}

function channel(name, described, messages) {
  const rows = Object.keys(described.messages).map((message) => row(
    message,
    shape(messages[message].payload),
  ));
  return element('article', { id: `channel-${name}` },
    element('h3', {}, described.address),
    element('p', {}, prose(described.description)),
    table('Messages', rows));
}

function type(name, schema) {
  return element('article', { id: `type-${name}` },
    element('h3', {}, name),
    element('p', {}, prose(schema.description)),
    schema.properties ? fields(schema) : element('p', {}, shape(schema)));
}

function contents(title, links) {
  const items = links.map(([href, text]) => element('li', {}, element('a', { href }, text)));
  return [element('strong', {}, title), element('ul', {}, items)];
}

async function read(file) {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return answer.json();
}

async function draw() {
  const [http, live] = await Promise.all([read('/docs/openapi.json'), read('/docs/asyncapi.json')]);
  const endpoints = Object.entries(http.paths).flatMap(([path, item]) => METHODS
    .filter((method) => item[method])
    .map((method) => [path, method, item[method]]));
  document.querySelector('#http').append(...endpoints.map((endpoint) => operation(...endpoint)));
  document.querySelector('#live').append(
    element('p', {}, prose(live.info.description)),
    ...Object.entries(live.channels).map(([name, one]) => channel(name, one, live.components.messages)));
  const types = Object.entries({ ...live.components.schemas, ...http.components.schemas })
    .sort(([a], [b]) => a.localeCompare(b));
  document.querySelector('#types').append(...types.map(([name, schema]) => type(name, schema)));
  document.querySelector('#contents').append(
    ...contents('HTTP', endpoints.map(([path, method, one]) => [`#${one.operationId}`, `${method.toUpperCase()} ${path}`])),
    ...contents('Live', Object.entries(live.channels).map(([name, one]) => [`#channel-${name}`, one.address])),
    ...contents('Types', types.map(([name]) => [`#type-${name}`, name])));
}

draw().catch((error) => {
  document.querySelector('#http').append(element('p', { class: 'notice' }, `The documents can't be read: ${error.message}`));
});
