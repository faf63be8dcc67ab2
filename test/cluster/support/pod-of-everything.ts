/** Parts of a pod of every sort that PodDefaults bring, with as little said about each as possible, or said oddly. */
export const podOfEverything = {
  tolerations: [
    { key: "gpu", value: "a" },
    { key: "x", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
    { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  ],
  initContainers: [
    { name: "port-in-name", image: "r:5000/x" },
    { name: "tag-and-digest", image: `r:5000/x:1@sha256:${"a".repeat(64)}` },
    { name: "digest", image: `x@sha256:${"a".repeat(64)}`, restartPolicy: "Always" },
  ],
  containers: [
    {
      name: "main",
      image: "a/b:latest",
      ports: [{ containerPort: 80 }, { containerPort: 81, protocol: "UDP", hostPort: 0 }],
      env: [
        { name: "NOTHING" },
        { name: "EMPTY", value: "" },
        { name: "FIELD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "RESOURCE", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
        {
          name: "DIVIDED",
          valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m", containerName: "" } },
        },
        { name: "MAP", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } },
        { name: "SECRET", valueFrom: { secretKeyRef: { name: "c", key: "k", optional: false } } },
      ],
      envFrom: [{ configMapRef: { name: "c" } }, { prefix: "p", secretRef: { name: "s", optional: false } }],
      resources: { limits: { cpu: 0.5, memory: "1024Mi", "ephemeral-storage": "1e9" }, requests: { cpu: "100m" } },
      livenessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 0 },
      readinessProbe: { tcpSocket: { port: "x" }, timeoutSeconds: 0 },
      startupProbe: { grpc: { port: 5 }, failureThreshold: 5 },
      lifecycle: { postStart: { httpGet: { port: 1, path: "" } }, preStop: { sleep: { seconds: 1 } } },
      securityContext: {
        privileged: false,
        runAsUser: 0,
        capabilities: { add: [], drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
        seLinuxOptions: { level: "" },
        windowsOptions: {},
      },
      volumeMounts: [
        { name: "map", mountPath: "/a", readOnly: false, subPath: "" },
        { name: "secret", mountPath: "/b", readOnly: true, mountPropagation: "None" },
        { name: "empty", mountPath: "/c", readOnly: true, recursiveReadOnly: "Disabled" },
      ],
      command: [],
      args: [],
      stdin: false,
    },
  ],
  volumes: [
    { name: "nothing" },
    { name: "empty", emptyDir: {} },
    { name: "sized", emptyDir: { medium: "", sizeLimit: "1024Mi" } },
    {
      name: "map",
      configMap: {
        name: "c",
        items: [
          { key: "a", path: "b" },
          { key: "c", path: "d", mode: 256 },
        ],
      },
    },
    { name: "closed-map", configMap: { name: "c", defaultMode: 0, optional: false } },
    { name: "secret", secret: { secretName: "s" } },
    {
      name: "downward",
      downwardAPI: {
        items: [
          { path: "l", fieldRef: { fieldPath: "metadata.labels" } },
          { path: "c", resourceFieldRef: { containerName: "main", resource: "limits.cpu" } },
        ],
      },
    },
    {
      name: "projected",
      projected: {
        sources: [
          { serviceAccountToken: { path: "t" } },
          { configMap: { name: "x" } },
          { secret: { name: "y" } },
          { downwardAPI: { items: [{ path: "l", fieldRef: { fieldPath: "metadata.labels" } }] } },
        ],
      },
    },
    { name: "host", hostPath: { path: "/x" } },
    { name: "nfs", nfs: { server: "s", path: "/p", readOnly: false } },
    { name: "iscsi", iscsi: { targetPortal: "1.2.3.4", iqn: "iqn.2001-04.com.example:storage.disk1", lun: 0 } },
    { name: "rbd", rbd: { monitors: ["a"], image: "i" } },
    { name: "azure", azureDisk: { diskName: "a", diskURI: "https://blob/x.vhd" } },
    { name: "scale-io", scaleIO: { gateway: "http://x", system: "s", volumeName: "v", secretRef: { name: "x" } } },
    { name: "claim", persistentVolumeClaim: { claimName: "c" } },
    { name: "csi", csi: { driver: "d.x", readOnly: false } },
    {
      name: "ephemeral",
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } },
        },
      },
    },
    { name: "gce", gcePersistentDisk: { pdName: "x" } },
  ],
} as const;
