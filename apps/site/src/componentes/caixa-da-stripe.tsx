import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Aviso, Botao, useIdioma } from '@plataforma/kit';
import type { Stripe, StripeElements } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure';
import type { Cobranca } from '../pagamento-emulador.js';
import { useTextos } from '../textos/index.js';

/**
 * Stripe's Payment Element: card and Pix in Stripe's own frames, whose script is loaded here and on no other screen
 * (https://docs.stripe.com/payments/payment-element). What comes of it the booking says, and not the browser.
 */
export default function CaixaDaStripe({
  chavePublicavel,
  cobranca: { clientSecret },
  volta,
  aoEnviar,
}: {
  chavePublicavel: string;
  cobranca: Cobranca;
  volta: string;
  /** Told when the provider has taken the payment. */
  aoEnviar: () => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const lugar = useRef<HTMLDivElement>(null);
  const [pronta, setPronta] = useState<{ stripe: Stripe; elements: StripeElements }>();
  const [ocupado, setOcupado] = useState(false);
  const [erro, setErro] = useState<string>();
  const [enviado, setEnviado] = useState(false);
  const contarEnvio = useEffectEvent(() => {
    setEnviado(true);
    aoEnviar();
  });
  useEffect(() => {
    let saiu = false;
    let desmontar: (() => void) | undefined;
    void loadStripe(chavePublicavel, { locale: idioma === 'en' ? 'en' : 'pt-BR' })
      .then(async (stripe) => {
        // Whoever comes back from their bank has paid already: a form for that is shown to nobody.
        const { paymentIntent } = (await stripe?.retrievePaymentIntent(clientSecret)) ?? {};
        if (saiu || !stripe) return;
        if (/^(succeeded|processing|requires_capture)$/.test(paymentIntent?.status ?? '')) return contarEnvio();
        if (!lugar.current) return;
        const elements = stripe.elements({ clientSecret });
        const formulario = elements.create('payment', { layout: 'accordion' });
        formulario.mount(lugar.current);
        desmontar = () => formulario.destroy();
        setPronta({ stripe, elements });
      })
      .catch(() => setErro(t('pagar.semStripe')));
    return () => {
      saiu = true;
      desmontar?.();
    };
  }, [chavePublicavel, clientSecret, idioma, t]);
  const pagar = async (): Promise<void> => {
    if (!pronta) return;
    setOcupado(true);
    setErro(undefined);
    const { error } = await pronta.stripe.confirmPayment({
      elements: pronta.elements,
      confirmParams: { return_url: volta },
      redirect: 'if_required',
    });
    setOcupado(false);
    // Otherwise the booking changes by itself, and this screen with it.
    if (error) setErro(error.message ?? t('pagar.recusado'));
    else {
      setEnviado(true);
      aoEnviar();
    }
  };
  if (enviado)
    return (
      <Aviso tom="espera" titulo={t('pagar.recebido')}>
        <p>{t('pagar.confirmando')}</p>
      </Aviso>
    );
  return (
    <form
      onSubmit={(evento) => {
        evento.preventDefault();
        void pagar();
      }}
    >
      {erro !== undefined && <Aviso tom="perigo" titulo={erro} />}
      <div ref={lugar} />
      <Botao type="submit" ocupado={ocupado || !pronta}>
        {t('pagar.pagar')}
      </Botao>
    </form>
  );
}
