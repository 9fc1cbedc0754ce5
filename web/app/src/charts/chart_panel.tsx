// A panel that shows the same as a chart or as a table, and exports the table.

import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Segments } from "../ui/field.tsx";
import { Panel } from "../ui/panel.tsx";
import css from "./chart_panel.module.css";
import { useText } from "./text.ts";

export type Show = "chart" | "table";

interface ChartPanelProps {
  title: string;
  /** What the figures are of, in small under the heading. */
  note?: ReactNode;
  show: Show;
  onShow(show: Show): void;
  onExport(): void;
  chart: ReactNode;
  table: ReactNode;
}

export function ChartPanel({ title, note, show, onShow, onExport, chart, table }: ChartPanelProps) {
  const text = useText();
  const choices = [
    { value: "chart" as const, label: text.view.chart },
    { value: "table" as const, label: text.view.table },
  ];
  return (
    <Panel
      flush
      label={title}
      title={title}
      actions={
        <>
          <Segments label={text.view.label} value={show} choices={choices} onChange={onShow} />
          <ExportButton title={title} onExport={onExport} />
        </>
      }
    >
      {note && <p className={css.note}>{note}</p>}
      {show === "chart" ? <div className={css.chart}>{chart}</div> : table}
    </Panel>
  );
}

export function ExportButton({ title, onExport }: { title: string; onExport(): void }) {
  const text = useText();
  return (
    <Button small onClick={onExport} aria-label={text.csvOf(title)} title={text.csvOf(title)}>
      <Download size={15} aria-hidden="true" />
      {text.csv}
    </Button>
  );
}

export interface Column {
  readonly name: string;
  readonly number?: boolean;
}

/** A table that scrolls in itself; the keyboard reaches it. The first cell of a row names it. */
export function DataTable(props: { label: string; columns: readonly Column[]; rows: readonly (readonly string[])[] }) {
  const { label, columns, rows } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: What scrolls has to be reached without a mouse.
    <div className={css.scroll} tabIndex={0}>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name, number }) => (
              <th key={name} scope="col" className={number ? css.number : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...others]) => (
            <tr key={first}>
              <th scope="row">{first}</th>
              {others.map((cell, place) => (
                <td key={columns[place + 1]?.name} className={columns[place + 1]?.number ? css.number : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
