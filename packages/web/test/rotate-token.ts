import { type Access, type AccessTokens, rotateAccessToken, StateManager } from "@herdctl/core";

/** As `herdctl token rotate` does beside a daemon. */
export async function rotateToken(stateDir: string, access: Access): Promise<AccessTokens> {
  const state = await StateManager.open({ stateDir });
  try {
    return await rotateAccessToken(state, access);
  } finally {
    await state.close();
  }
}
