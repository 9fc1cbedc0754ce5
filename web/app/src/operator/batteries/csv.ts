// Reads comma-separated values (RFC 4180), and what spreadsheets make of them: semicolons or tabs between the fields,
// a byte order mark, any kind of line break.

const separators = [",", ";", "\t"] as const;

/** The records that are not empty, with their fields trimmed. */
export function parseCsv(source: string): string[][] {
  const text = source.replace(/^\uFEFF/, "");
  const separator = separatorOf(text);
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  const endField = () => {
    record.push(field.trim());
    field = "";
  };
  const endRecord = () => {
    endField();
    if (record.some((each) => each !== "")) records.push(record);
    record = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== '"') field += character;
      else if (text.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && field.trim() === "") {
      field = "";
      quoted = true;
    } else if (character === separator) endField();
    else if (character === "\n" || character === "\r") {
      if (character === "\r" && text.charAt(at + 1) === "\n") at += 1;
      endRecord();
    } else field += character;
  }
  endRecord();
  return records;
}

/** The separator that the first line has most of, outside quotes. A decimal comma needs another separator anyway. */
function separatorOf(text: string): string {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r") && counts.size > 0) break;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const count = (separator: string) => counts.get(separator) ?? 0;
  // A tab or a semicolon is never part of a number: one of them beside commas is the separator.
  if (count("\t") > 0) return "\t";
  return count(";") > 0 && count(";") >= count(",") ? ";" : (separators.find((each) => count(each) > 0) ?? ",");
}
