const SABIDOS: Readonly<Record<string, string>> = {
  agua: 'água',
  'ar-condicionado': 'ar-condicionado',
  'cabine-de-traducao': 'cabine de tradução',
  'cadeira-de-rodas': 'acesso para cadeira de rodas',
  cafe: 'café',
  iluminacao: 'iluminação',
  'isolamento-acustico': 'isolamento acústico',
  vestiario: 'vestiário',
  videoconferencia: 'videoconferência',
  'wi-fi': 'Wi-Fi',
};

/** `cadeira-de-rodas` as it is read: resources are words of whoever runs the spaces, in their language. */
export function nomeDoRecurso(recurso: string): string {
  const palavras = SABIDOS[recurso] ?? recurso.replaceAll('-', ' ');
  return palavras.charAt(0).toUpperCase() + palavras.slice(1);
}
