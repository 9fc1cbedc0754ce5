// Asks once more before a battery is given back to the others.

import type { Order } from "@swapwire/client";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import css from "./cancel_booking.module.css";
import { useText } from "./text.ts";

interface CancelBookingProps {
  order: Order;
  onKeep(): void;
  onCancel(): void;
}

export function CancelBooking({ order, onKeep, onCancel }: CancelBookingProps) {
  const text = useText();
  return (
    <Dialog title={text.held.sureTitle} closeLabel={text.station.close} onClose={onKeep}>
      <p>{text.held.sure(order.battery.serial_number, order.station.name)}</p>
      <div className={css.actions}>
        <Button onClick={onKeep}>{text.held.keep}</Button>
        <Button kind="danger" onClick={onCancel}>
          {text.held.doCancel}
        </Button>
      </div>
    </Dialog>
  );
}
