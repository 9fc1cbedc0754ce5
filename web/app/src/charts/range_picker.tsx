// Chooses a period: one of the usual ones, or two days; and how long a bucket is.

import { Segments, TextField } from "../ui/field.tsx";
import { type Bucket, buckets, canBe, dayOf, presets, type Range, spanOf } from "./range.ts";
import css from "./range_picker.module.css";
import { useText } from "./text.ts";

interface RangePickerProps {
  range: Range;
  bucket: Bucket;
  onRange(range: Range): void;
  onBucket(bucket: Bucket): void;
}

export function RangePicker({ range, bucket, onRange, onBucket }: RangePickerProps) {
  const text = useText().range;
  const custom = "from" in range;
  const choose = (value: (typeof presets)[number] | "custom") => {
    if (value !== "custom") return onRange({ last: value });
    const { from, to } = spanOf(range, bucket, Date.now());
    onRange({ from: dayOf(from, bucket), to: dayOf(to, bucket) });
  };
  return (
    <div className={css.picker}>
      <Segments
        label={text.label}
        value={custom ? "custom" : range.last}
        choices={[
          ...presets.map((preset) => ({ value: preset, label: text.last[preset] })),
          { value: "custom" as const, label: text.custom },
        ]}
        onChange={choose}
      />
      {custom && (
        <div className={css.days}>
          <DayField
            label={text.from}
            value={range.from}
            max={range.to}
            onChange={(from) => onRange({ ...range, from })}
          />
          <span aria-hidden="true">–</span>
          <DayField
            label={text.to}
            value={range.to}
            min={range.from}
            max={dayOf(new Date(), bucket)}
            onChange={(to) => onRange({ ...range, to })}
          />
        </div>
      )}
      <Segments
        label={text.bucket}
        value={bucket}
        choices={buckets
          .filter((choice) => canBe(choice, range))
          .map((choice) => ({ value: choice, label: `${text.bucket} ${text.buckets[choice]}` }))}
        onChange={onBucket}
      />
    </div>
  );
}

interface DayFieldProps {
  label: string;
  value: string;
  min?: string;
  max: string;
  onChange(day: string): void;
}

/** While a date is typed the field is empty or out of its limits, which is no choice yet. */
function DayField({ label, value, min = "1970-01-01", max, onChange }: DayFieldProps) {
  return (
    <TextField
      type="date"
      label={label}
      quiet
      key={value}
      defaultValue={value}
      min={min}
      max={max}
      required
      onChange={({ currentTarget }) => currentTarget.validity.valid && onChange(currentTarget.value)}
    />
  );
}
