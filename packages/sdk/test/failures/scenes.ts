import type { Scene, SceneElsewhere } from "./scene.ts";
import { connectionScenes, connectionScenesElsewhere } from "./scenes/connection.ts";
import { loginScenes, loginScenesElsewhere } from "./scenes/login.ts";
import { meshScenes, meshScenesElsewhere } from "./scenes/mesh.ts";
import { namespaceScenes } from "./scenes/namespaces.ts";
import { pathScenes } from "./scenes/paths.ts";
import { tokenScenes, tokenScenesElsewhere } from "./scenes/tokens.ts";

/** How connecting goes wrong: each of the 26 ways at least once, here or in {@link scenesElsewhere}. */
export const scenes: readonly Scene[] = [
  ...meshScenes,
  ...tokenScenes,
  ...loginScenes,
  ...namespaceScenes,
  ...pathScenes,
  ...connectionScenes,
].sort((one, other) => one.number - other.number);

/** Those whose surroundings are more than a script. */
export const scenesElsewhere: readonly SceneElsewhere[] = [
  ...meshScenesElsewhere,
  ...tokenScenesElsewhere,
  ...loginScenesElsewhere,
  ...connectionScenesElsewhere,
];
