// Which messages reach the person while no page is open.

export default function NotificationSettings() {
  return null;
}
