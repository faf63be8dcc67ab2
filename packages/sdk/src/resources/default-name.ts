/** A name with the time in this machine's zone, as Python's client makes it: `nightly 2026-01-31 23-59-59`. */
export function nameWithTime(name: string, date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const stamp = `${day} ${two(date.getHours())}-${two(date.getMinutes())}-${two(date.getSeconds())}`;
  // Servers take 128 characters, and the time tells the most.
  return `${[...name].slice(0, 127 - stamp.length).join("")} ${stamp}`;
}
