import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Somebody between a client and a daemon, whose connections can be cut while the daemon lives on. */
export interface BreakableProxy extends AsyncDisposable {
  /** Cuts what is open; what is asked anew gets through. */
  breakAll(): void;
  /** Cuts what is open, and refuses what is asked from now on. */
  refuse(): Promise<void>;
  /** Cuts what is open, and answers what is asked from now on with this. */
  answer(text: string): void;
  /** Lets everybody through again. */
  pass(): Promise<void>;
  /** How many have come so far. */
  readonly arrivals: number;
  /** Where it listens, unless at a path. */
  readonly port: number;
}

type Place = { readonly path: string } | { readonly port: number; readonly host: string };

/** Listens at `near`, its port 0 for any that is free, and leads to `far`. */
export async function breakableProxy(near: Place, far: Place): Promise<BreakableProxy> {
  const open = new Set<Socket>();
  let arrivals = 0;
  let instead: string | undefined;
  const server = createServer((socket) => {
    arrivals += 1;
    open.add(socket.on("error", () => undefined));
    const said = instead;
    if (said === undefined) lead(socket, far);
    else socket.once("data", () => socket.end(said));
  });
  const breakAll = (): void => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  const listen = async (place: Place): Promise<void> => {
    server.listen(place);
    await once(server, "listening");
  };
  await listen(near);
  const { port } = "port" in near ? (server.address() as AddressInfo) : { port: 0 };
  return {
    breakAll,
    async refuse() {
      server.close();
      breakAll();
      await once(server, "close");
    },
    answer(text) {
      instead = text;
      breakAll();
    },
    async pass() {
      instead = undefined;
      if (!server.listening) await listen("port" in near ? { ...near, port } : near);
    },
    get arrivals() {
      return arrivals;
    },
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      breakAll();
    },
  };
}

function lead(near: Socket, place: Place): void {
  const far = connect(place).on("error", () => undefined);
  near.pipe(far).pipe(near);
  near.on("close", () => far.destroy());
  far.on("close", () => near.destroy());
}
