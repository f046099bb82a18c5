/** Names by a number each; hands out the one with the smallest number, then the smallest name. */
export interface OldestFirst {
  /** Numbers of a name only rise. */
  raise(name: string, to: number): void;
  size(): number;
  /** Removes the first. */
  take(): { readonly name: string; readonly at: number } | undefined;
}

interface Entry {
  readonly name: string;
  readonly at: number;
}

/** A heap that keeps outdated entries until they come up. */
export function createOldestFirst(): OldestFirst {
  const current = new Map<string, number>();
  let heap: Entry[] = [];

  function push(entry: Entry): void {
    heap.push(entry);
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!swapIfLess(heap, at, parent)) return;
      at = parent;
    }
  }

  function pop(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = isLess(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!swapIfLess(heap, child, at)) return first;
      at = child;
    }
  }

  return {
    raise(name, to) {
      const known = current.get(name);
      if (known !== undefined && known >= to) return;
      current.set(name, to);
      push({ name, at: to });
      // As many outdated entries again as there are names: begin anew.
      if (heap.length > 2 * current.size + 1000) {
        const all = [...current].map(([each, at]) => ({ name: each, at }));
        heap = all.sort((a, b) => (isLess(a, b) ? -1 : 1));
      }
    },
    size: () => current.size,
    take() {
      for (let entry = pop(); entry !== undefined; entry = pop()) {
        if (current.get(entry.name) !== entry.at) continue;
        current.delete(entry.name);
        return entry;
      }
      return undefined;
    },
  };
}

function isLess(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.at !== b.at ? a.at < b.at : a.name < b.name;
}

function swapIfLess(heap: Entry[], child: number, parent: number): boolean {
  const [a, b] = [heap[child], heap[parent]];
  if (a === undefined || b === undefined || !isLess(a, b)) return false;
  heap[child] = b;
  heap[parent] = a;
  return true;
}
