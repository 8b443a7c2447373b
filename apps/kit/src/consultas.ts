import { QueryClient } from '@tanstack/react-query';
import { passageira } from './problema.js';

/** What was read is fresh for a while, and read again when one comes back; only what may pass is tried again. */
export const consultas = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      retry: (vezes, erro) => vezes < 3 && passageira(erro),
      retryDelay: (vez) => Math.min(8_000, 500 * 2 ** vez) * (0.7 + Math.random() * 0.6),
    },
    mutations: { retry: false },
  },
});
