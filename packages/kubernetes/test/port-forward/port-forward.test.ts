import { connect, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type KubernetesError, openPortForward, type PortForwardError } from "../../src/index.ts";
import { clientOf, rejection, statusBody } from "../api-server.ts";
import { connectTo, forbidden, forwardOf, slicesPath, startCluster, until } from "./scripted-cluster.ts";

const target = { namespace: "kubeflow", service: "ml-pipeline-ui" };

describe("a port-forward", () => {
  test("passes bytes on in both directions, with the credentials of every call", async () => {
    const cluster = await startCluster();
    const { forward, events } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    local.say("hello");
    await local.hears("hello");
    expect(cluster.connections).toHaveLength(1);
    expect(cluster.connections[0]).toMatchObject({ pod: "one", port: 3000 });
    expect(cluster.upgrades[0]?.headers).toMatchObject({
      authorization: "Bearer t",
      "sec-websocket-protocol": "v4.channel.k8s.io",
    });
    expect(events).toEqual([{ type: "forwarding", pod: "one", port: 3000 }]);
    expect(forward.servicePort).toEqual({ number: 80, name: "http", appProtocol: undefined });
    expect(forward.failure()).toBeUndefined();
  });

  test("passes on in whose name calls are made, and goes below a path", async () => {
    const cluster = await startCluster();
    cluster.server.server.prependListener("request", (request) => {
      request.url = request.url?.replace("/k8s/clusters/c-1", "");
    });
    const kubernetes = await cluster.client(
      { token: "t", as: "bob" },
      { server: `${cluster.server.url}/k8s/clusters/c-1` },
    );
    const forward = await openPortForward(kubernetes, target);
    onTestFinished(() => forward.close());
    expect(cluster.upgrades[0]?.url).toBe(
      "/k8s/clusters/c-1/api/v1/namespaces/kubeflow/pods/one/portforward?ports=3000",
    );
    expect(cluster.upgrades[0]?.headers["impersonate-user"]).toBe("bob");
  });

  test("carries a large answer whole to one who reads slowly, and a large upload to a pod", async () => {
    const cluster = await startCluster();
    const size = 8 * 1024 * 1024;
    let uploaded = 0;
    cluster.behave = (connection) =>
      connection.onData((text) => {
        uploaded += text.length;
        if (uploaded === size) connection.say(Buffer.alloc(size, "b"));
      });
    const { forward } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    local.say(Buffer.alloc(size, "a"));
    await until(() => local.heard().length === size);
    expect(uploaded).toBe(size);
  });

  test("says nothing of leaks where a pod sends many small messages to one who does not read", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warned);
    onTestFinished(() => void process.off("warning", warned));
    const cluster = await startCluster();
    const [messages, size] = [50_000, 200];
    cluster.behave = (connection) =>
      connection.onData(() => {
        for (let sent = 0; sent < messages; sent++) connection.say(Buffer.alloc(size, "b"));
      });
    const { forward } = await forwardOf(cluster);
    const socket = connect(forward.localPort, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.pause().write("x");
    await new Promise((resolve) => setTimeout(resolve, 300));
    let heard = 0;
    socket.on("data", (bytes) => {
      heard += bytes.length;
    });
    socket.resume();
    await until(() => heard === messages * size);
    expect(warnings).toEqual([]);
  });

  test("asks the cluster once, however many connections come at once", async () => {
    const cluster = await startCluster();
    const { forward } = await forwardOf(cluster);
    const locals = Array.from({ length: 30 }, () => connectTo(forward.localPort));
    for (const [index, local] of locals.entries()) local.say(`<${index}>`);
    await Promise.all(locals.map((local, index) => local.hears(`<${index}>`)));
    expect(cluster.connections).toHaveLength(30);
    expect(cluster.server.seen.filter(({ path }) => path === slicesPath)).toHaveLength(1);
  });

  test("ends a connection when the pod has, after all that it said", async () => {
    const cluster = await startCluster();
    cluster.behave = (connection) =>
      connection.onData(() => {
        connection.say("bye");
        connection.close();
      });
    const { forward } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    local.say("x");
    expect(await local.ended).toBe("closed");
    expect(local.heard()).toBe("bye");
  });

  test("waits for the answer of one who has said all", async () => {
    const cluster = await startCluster();
    cluster.behave = (connection) => connection.onData(() => setTimeout(() => connection.say("late"), 50));
    const { forward } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    local.say("x");
    local.end();
    await local.hears("late");
  });

  test("ends the way when the connection of this machine has ended", async () => {
    const cluster = await startCluster();
    const { forward } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    local.say("x");
    await local.hears("x");
    local.destroy();
    await until(() => cluster.connections[0]?.socket.readyState === 3);
  });
});

describe("when pods come and go, a connection", () => {
  test("goes to the next pod when the one that was used is gone", async () => {
    const cluster = await startCluster();
    const { forward, events } = await forwardOf(cluster);
    const first = connectTo(forward.localPort);
    first.say("x");
    await first.hears("x");
    cluster.pods.clear();
    cluster.pods.set("two", true);
    cluster.connections[0]?.cut();
    expect(await first.ended).toBe("cut");
    const second = connectTo(forward.localPort);
    second.say("y");
    await second.hears("y");
    expect(cluster.connections.map(({ pod }) => pod)).toEqual(["one", "two"]);
    expect(events.map((event) => `${event.type} ${event.pod}`)).toEqual([
      "forwarding one",
      "interrupted one",
      "forwarding two",
    ]);
  });

  test("waits for a pod that is ready", async () => {
    const cluster = await startCluster();
    const { forward } = await forwardOf(cluster);
    connectTo(forward.localPort).end();
    cluster.pods.clear();
    cluster.pods.set("two", false);
    await until(() => cluster.connections[0]?.socket.readyState === 3);
    const local = connectTo(forward.localPort);
    local.say("x");
    await until(() => forward.failure() !== undefined);
    cluster.pods.set("two", true);
    await local.hears("x");
    expect(cluster.connections.at(-1)?.pod).toBe("two");
    expect(forward.failure()).toBeUndefined();
  });

  test("is cut when no pod is ready for too long, and says why", async () => {
    const cluster = await startCluster();
    const { forward } = await forwardOf(cluster, { patienceMs: 300 });
    connectTo(forward.localPort).end();
    await until(() => cluster.connections[0]?.socket.readyState === 3);
    cluster.pods.clear();
    const local = connectTo(forward.localPort);
    local.say("x");
    expect(await local.ended).toBe("cut");
    expect(forward.failure()?.message).toBe("The service kubeflow/ml-pipeline-ui has no pod that is ready.");
  });

  test("is sent to another pod where the container refused it, with the same bytes", async () => {
    const cluster = await startCluster();
    cluster.pods.set("two", true);
    cluster.behave = (connection) => {
      connection.onData((text) => {
        if (connection.pod === "two") connection.say(`two heard ${text}`);
        else connection.fail("failed to dial 3000: dial tcp4 127.0.0.1:3000: connect: connection refused");
      });
    };
    const { forward, events } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    local.say("x");
    await local.hears("two heard x");
    expect(events.map((event) => `${event.type} ${event.pod}`)).toContain("interrupted one");
  });

  test("is cut, and its bytes never sent twice, where a pod may have got them", async () => {
    const cluster = await startCluster();
    cluster.pods.set("two", true);
    for (const end of ["cut", "close", "error"] as const) {
      const { forward } = await forwardOf(cluster);
      const before = cluster.connections.length;
      cluster.behave = (connection) =>
        connection.onData(() => {
          if (end === "cut") connection.cut();
          else if (end === "close") connection.close();
          else connection.fail("an error occurred forwarding 3000: read: connection reset by peer");
        });
      // Not the way that was opened before.
      connectTo(forward.localPort).end();
      await until(() => cluster.connections.at(-1)?.socket.readyState === 3);
      const local = connectTo(forward.localPort);
      local.say(`POST ${end}`);
      expect(await local.ended).toBe(end === "close" ? "closed" : "cut");
      const all = cluster.connections.slice(before).map((connection) => connection.received());
      expect(all.filter((text) => text !== "")).toEqual([`POST ${end}`]);
    }
  });

  test("that nobody has used yet outlives its pod", async () => {
    const cluster = await startCluster();
    const { forward } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    await new Promise((resolve) => setTimeout(resolve, 50));
    cluster.pods.clear();
    cluster.pods.set("two", true);
    cluster.connections[0]?.cut();
    await new Promise((resolve) => setTimeout(resolve, 50));
    local.say("x");
    await local.hears("x");
    expect(cluster.connections.at(-1)?.pod).toBe("two");
  });

  test("is cut where the other side gives no sign of life", async () => {
    const cluster = await startCluster({ autoPong: false });
    cluster.behave = () => undefined;
    const { forward } = await forwardOf(cluster, { probeMs: 40 });
    const local = connectTo(forward.localPort);
    local.say("x");
    expect(await local.ended).toBe("cut");
    expect(forward.failure()?.message).toContain("Nothing comes any more from the pod one");
  });

  test("is not cut for silence while the other side lives", async () => {
    const cluster = await startCluster();
    cluster.behave = (connection) => connection.onData(() => setTimeout(() => connection.say("at last"), 400));
    const { forward } = await forwardOf(cluster, { probeMs: 40 });
    const local = connectTo(forward.localPort);
    local.say("x");
    await local.hears("at last");
  });

  test("is cut where the pod owes an answer and is gone from the cluster", async () => {
    const cluster = await startCluster();
    cluster.behave = () => undefined;
    const { forward } = await forwardOf(cluster, { probeMs: 40 });
    const local = connectTo(forward.localPort);
    local.say("x");
    await until(() => cluster.connections[0]?.received() === "x");
    cluster.pods.clear();
    expect(await local.ended).toBe("cut");
    expect(forward.failure()?.message).toBe("The pod one is gone.");
  });

  test("is made again through an API server that was gone for a while", async () => {
    const cluster = await startCluster();
    const { forward } = await forwardOf(cluster);
    const first = connectTo(forward.localPort);
    first.say("x");
    await first.hears("x");
    let gone = true;
    cluster.server.server.on("connection", (socket) => {
      if (gone) socket.destroy();
    });
    cluster.server.cut();
    cluster.connections[0]?.cut();
    const second = connectTo(forward.localPort);
    second.say("y");
    await until(() => forward.failure() !== undefined);
    gone = false;
    await second.hears("y");
  });
});

describe("opening a port-forward", () => {
  test("fails where it is not allowed", async () => {
    const cluster = await startCluster();
    cluster.refuse = () => forbidden("pods/portforward");
    const error = await rejection<KubernetesError>(openPortForward(await cluster.client(), target));
    expect(error).toMatchObject({ name: "KubernetesError", status: 403, reason: "Forbidden" });
    expect(error.message).toContain('User "alice"');
  });

  test("renews credentials that are refused", async () => {
    const cluster = await startCluster();
    let runs = 0;
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "plugin", interactiveMode: "Never" };
    const kubernetes = await clientOf(
      { server: cluster.server.url },
      { exec },
      {
        runProgram: async () => {
          const status = { token: `t${++runs}` };
          const stdout = JSON.stringify({ apiVersion: exec.apiVersion, kind: "ExecCredential", status });
          return { exitCode: 0, stdout, stderr: "" };
        },
      },
    );
    cluster.refuse = ({ headers }) =>
      headers.authorization === "Bearer t1" ? [401, statusBody(401, "Unauthorized", "Unauthorized")] : undefined;
    const forward = await openPortForward(kubernetes, target);
    onTestFinished(() => forward.close());
    expect(cluster.upgrades.map(({ headers }) => headers.authorization)).toEqual(["Bearer t1", "Bearer t2"]);
  });

  test("tells that the way is lost where the credentials have ended meanwhile, and goes on with new ones", async () => {
    const cluster = await startCluster();
    const { forward, events } = await forwardOf(cluster);
    const first = connectTo(forward.localPort);
    first.say("x");
    await first.hears("x");
    const usual = cluster.refuse;
    cluster.refuse = () => [401, statusBody(401, "Unauthorized", "Unauthorized")];
    expect(await connectTo(forward.localPort).ended).toBe("cut");
    expect(events.at(-1)).toMatchObject({ type: "interrupted", pod: "one", error: { status: 401 } });
    expect(forward.failure()).toMatchObject({ status: 401 });
    cluster.refuse = usual;
    const next = connectTo(forward.localPort);
    next.say("y");
    await next.hears("y");
    expect(events.at(-1)).toMatchObject({ type: "forwarding", pod: "one" });
    expect(forward.failure()).toBeUndefined();
  });

  test("fails where no pod becomes ready in time, and names those that are not", async () => {
    const cluster = await startCluster();
    cluster.pods.set("one", false);
    const error = await rejection<PortForwardError>(
      openPortForward(await cluster.client(), target, { patienceMs: 300 }),
    );
    expect(error).toMatchObject({ code: "NO_READY_POD" });
    expect(error.message).toContain("Not ready: one.");
  });

  test("blames the cluster and not its pods where the Kubernetes API accepts and says nothing", async () => {
    const silent = createServer((socket) => void socket.on("error", () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const server = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
    const kubernetes = await clientOf({ server }, { token: "t" });
    const error = await rejection<KubernetesError>(openPortForward(kubernetes, target, { patienceMs: 300 }));
    expect(error).toMatchObject({ name: "KubernetesError", status: 0 });
    expect(error.message).toContain(server);
  });

  test("fails at once where the local port is taken, or is none that can be had", async () => {
    const cluster = await startCluster();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const error = await rejection<PortForwardError>(
      openPortForward(await cluster.client(), target, { localPort: port }),
    );
    expect(error).toMatchObject({ code: "PORT_IN_USE" });
    expect(error.message).toContain(`Port ${port} of this machine is taken`);
    expect(cluster.server.seen).toHaveLength(0);
  });

  test("ends with what its signal is aborted with, and leaves no listener", async () => {
    const cluster = await startCluster();
    cluster.pods.clear();
    const abort = new AbortController();
    const opening = openPortForward(await cluster.client(), target, { signal: abort.signal });
    await until(() => cluster.server.seen.length > 1);
    abort.abort(new Error("enough"));
    expect((await rejection(opening)).message).toBe("enough");
  });
});

describe("closing a port-forward", () => {
  test("cuts what is open and accepts nothing more", async () => {
    const cluster = await startCluster();
    const { forward } = await forwardOf(cluster);
    const local = connectTo(forward.localPort);
    local.say("x");
    await local.hears("x");
    await forward.close();
    await local.ended;
    await until(() => cluster.connections.every(({ socket }) => socket.readyState === 3));
    expect(await connectTo(forward.localPort).ended).toBe("cut");
    await forward.close();
  });

  test("happens when its signal aborts", async () => {
    const cluster = await startCluster();
    const abort = new AbortController();
    const { forward } = await forwardOf(cluster, { signal: abort.signal });
    abort.abort();
    await until(() => cluster.connections.every(({ socket }) => socket.readyState === 3));
    expect(await connectTo(forward.localPort).ended).toBe("cut");
  });
});
