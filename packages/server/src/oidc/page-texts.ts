/**
 * Every word on the plain pages of the provider, by language.
 * @module
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { PageErrorCode } from './error-codes.ts';

export interface PageTexts {
  readonly language: string;
  readonly errorTitle: string;
  readonly errors: Readonly<Record<PageErrorCode, string>>;
  readonly wayOn: string;
  readonly code: string;
  readonly signOutTitle: string;
  /** `{application}` stands for its name. */
  readonly asked: string;
  readonly choice: string;
  readonly signOut: string;
  readonly stay: string;
  readonly signedOutTitle: string;
  readonly close: string;
}

const english: PageTexts = {
  language: 'en',
  errorTitle: 'This sign-in cannot continue',
  errors: {
    'unknown-client': 'The application that sent you here is not registered with this provider.',
    'invalid-redirect-uri':
      'The return address is not one the application registered, so nothing will be sent there.',
    'interaction-expired': 'This sign-in has run out or was finished already.',
    'invalid-request': 'The application sent a request this provider does not accept.',
    internal: 'Something went wrong on the server.',
  },
  wayOn: 'Go back to the application and try again. If it happens again, tell its operator this code.',
  code: 'Code',
  signOutTitle: 'Sign out?',
  asked: '{application} asks to sign you out.',
  choice: 'You can sign out of this browser completely, or stay signed in here.',
  signOut: 'Sign out',
  stay: 'Stay signed in',
  signedOutTitle: 'Signed out',
  close: 'You can close this page.',
};

const all: readonly PageTexts[] = [
  english,
  {
    language: 'de',
    errorTitle: 'Diese Anmeldung kann nicht weitergehen',
    errors: {
      'unknown-client':
        'Die Anwendung, die Sie hierher geschickt hat, ist bei diesem Anbieter nicht angemeldet.',
      'invalid-redirect-uri':
        'Die Rücksprungadresse hat die Anwendung nicht angemeldet; dorthin wird nichts gesendet.',
      'interaction-expired': 'Diese Anmeldung ist abgelaufen oder schon beendet.',
      'invalid-request': 'Die Anwendung hat eine Anfrage gesendet, die dieser Anbieter nicht annimmt.',
      internal: 'Auf dem Server ist etwas schiefgegangen.',
    },
    wayOn:
      'Gehen Sie zur Anwendung zurück und versuchen Sie es noch einmal. Geschieht es wieder, nennen Sie ihrem Betreiber diesen Code.',
    code: 'Code',
    signOutTitle: 'Abmelden?',
    asked: '{application} bittet darum, Sie abzumelden.',
    choice: 'Sie können sich in diesem Browser ganz abmelden oder hier angemeldet bleiben.',
    signOut: 'Abmelden',
    stay: 'Angemeldet bleiben',
    signedOutTitle: 'Abgemeldet',
    close: 'Sie können diese Seite schließen.',
  },
  {
    language: 'fr',
    errorTitle: 'Cette connexion ne peut pas continuer',
    errors: {
      'unknown-client': 'L’application qui vous a envoyé ici n’est pas inscrite chez ce fournisseur.',
      'invalid-redirect-uri':
        'L’adresse de retour n’est pas inscrite par l’application ; rien n’y sera envoyé.',
      'interaction-expired': 'Cette connexion a expiré ou est déjà terminée.',
      'invalid-request': 'L’application a envoyé une demande que ce fournisseur n’accepte pas.',
      internal: 'Quelque chose s’est mal passé sur le serveur.',
    },
    wayOn: 'Revenez à l’application et réessayez. Si cela se reproduit, donnez ce code à son exploitant.',
    code: 'Code',
    signOutTitle: 'Se déconnecter ?',
    asked: '{application} demande à vous déconnecter.',
    choice: 'Vous pouvez vous déconnecter entièrement de ce navigateur, ou y rester connecté.',
    signOut: 'Se déconnecter',
    stay: 'Rester connecté',
    signedOutTitle: 'Déconnecté',
    close: 'Vous pouvez fermer cette page.',
  },
  {
    language: 'es',
    errorTitle: 'Este inicio de sesión no puede continuar',
    errors: {
      'unknown-client': 'La aplicación que le envió aquí no está registrada con este proveedor.',
      'invalid-redirect-uri':
        'La dirección de retorno no está registrada por la aplicación, así que no se enviará nada allí.',
      'interaction-expired': 'Este inicio de sesión caducó o ya terminó.',
      'invalid-request': 'La aplicación envió una solicitud que este proveedor no acepta.',
      internal: 'Algo salió mal en el servidor.',
    },
    wayOn: 'Vuelva a la aplicación e inténtelo de nuevo. Si ocurre otra vez, dé este código a su operador.',
    code: 'Código',
    signOutTitle: '¿Cerrar sesión?',
    asked: '{application} pide cerrar su sesión.',
    choice: 'Puede cerrar la sesión de este navegador por completo, o mantenerla abierta aquí.',
    signOut: 'Cerrar sesión',
    stay: 'Mantener la sesión',
    signedOutTitle: 'Sesión cerrada',
    close: 'Puede cerrar esta página.',
  },
  {
    language: 'hi',
    errorTitle: 'यह साइन-इन आगे नहीं बढ़ सकता',
    errors: {
      'unknown-client': 'जिस ऐप्लिकेशन ने आपको यहाँ भेजा वह इस प्रदाता के पास पंजीकृत नहीं है।',
      'invalid-redirect-uri': 'वापसी का पता ऐप्लिकेशन ने पंजीकृत नहीं किया, इसलिए वहाँ कुछ नहीं भेजा जाएगा।',
      'interaction-expired': 'इस साइन-इन का समय बीत गया या यह पहले ही पूरा हो चुका है।',
      'invalid-request': 'ऐप्लिकेशन ने ऐसा अनुरोध भेजा जिसे यह प्रदाता स्वीकार नहीं करता।',
      internal: 'सर्वर पर कुछ गड़बड़ हो गई।',
    },
    wayOn: 'ऐप्लिकेशन पर वापस जाएँ और फिर कोशिश करें। यदि फिर ऐसा हो, तो उसके संचालक को यह कोड बताएँ।',
    code: 'कोड',
    signOutTitle: 'साइन आउट करें?',
    asked: '{application} आपको साइन आउट करना चाहता है।',
    choice: 'आप इस ब्राउज़र से पूरी तरह साइन आउट कर सकते हैं, या यहाँ साइन इन रह सकते हैं।',
    signOut: 'साइन आउट करें',
    stay: 'साइन इन रहें',
    signedOutTitle: 'साइन आउट हो गए',
    close: 'आप यह पृष्ठ बंद कर सकते हैं।',
  },
  {
    language: 'kn',
    errorTitle: 'ಈ ಸೈನ್ ಇನ್ ಮುಂದುವರಿಯಲಾಗದು',
    errors: {
      'unknown-client': 'ನಿಮ್ಮನ್ನು ಇಲ್ಲಿಗೆ ಕಳುಹಿಸಿದ ಅಪ್ಲಿಕೇಶನ್ ಈ ಪೂರೈಕೆದಾರರಲ್ಲಿ ನೋಂದಣಿಯಾಗಿಲ್ಲ.',
      'invalid-redirect-uri': 'ಹಿಂತಿರುಗುವ ವಿಳಾಸವನ್ನು ಅಪ್ಲಿಕೇಶನ್ ನೋಂದಾಯಿಸಿಲ್ಲ, ಆದ್ದರಿಂದ ಅಲ್ಲಿಗೆ ಏನೂ ಕಳುಹಿಸಲಾಗುವುದಿಲ್ಲ.',
      'interaction-expired': 'ಈ ಸೈನ್ ಇನ್‌ನ ಸಮಯ ಮುಗಿದಿದೆ ಅಥವಾ ಅದು ಈಗಾಗಲೇ ಮುಗಿದಿದೆ.',
      'invalid-request': 'ಈ ಪೂರೈಕೆದಾರರು ಸ್ವೀಕರಿಸದ ವಿನಂತಿಯನ್ನು ಅಪ್ಲಿಕೇಶನ್ ಕಳುಹಿಸಿದೆ.',
      internal: 'ಸರ್ವರ್‌ನಲ್ಲಿ ಏನೋ ತಪ್ಪಾಗಿದೆ.',
    },
    wayOn: 'ಅಪ್ಲಿಕೇಶನ್‌ಗೆ ಹಿಂತಿರುಗಿ ಮತ್ತೆ ಪ್ರಯತ್ನಿಸಿ. ಮತ್ತೆ ಹೀಗಾದರೆ, ಈ ಕೋಡ್ ಅನ್ನು ಅದರ ನಿರ್ವಾಹಕರಿಗೆ ತಿಳಿಸಿ.',
    code: 'ಕೋಡ್',
    signOutTitle: 'ಸೈನ್ ಔಟ್ ಮಾಡಬೇಕೇ?',
    asked: '{application} ನಿಮ್ಮನ್ನು ಸೈನ್ ಔಟ್ ಮಾಡಲು ಕೇಳುತ್ತದೆ.',
    choice: 'ಈ ಬ್ರೌಸರ್‌ನಿಂದ ಪೂರ್ಣವಾಗಿ ಸೈನ್ ಔಟ್ ಆಗಬಹುದು, ಅಥವಾ ಇಲ್ಲಿ ಸೈನ್ ಇನ್ ಆಗಿಯೇ ಇರಬಹುದು.',
    signOut: 'ಸೈನ್ ಔಟ್ ಮಾಡಿ',
    stay: 'ಸೈನ್ ಇನ್ ಆಗಿರಿ',
    signedOutTitle: 'ಸೈನ್ ಔಟ್ ಆಗಿದೆ',
    close: 'ನೀವು ಈ ಪುಟವನ್ನು ಮುಚ್ಚಬಹುದು.',
  },
];

/** BCP 47 tags, for `ui_locales_supported` of the discovery document. */
export const pageLanguages: readonly string[] = all.map(({ language }) => language);

/** What the application asked for (`ui_locales`), then what the browser sends, else English. */
export function pageTexts(ctx: KoaContextWithOIDC): PageTexts {
  const asked = ctx.oidc?.params?.['ui_locales'];
  const wanted = typeof asked === 'string' ? asked.split(' ').map((tag) => tag.split('-')[0]) : [];
  const accepted = ctx.acceptsLanguages([...pageLanguages]);
  return [...wanted, accepted].map(textsIn).find((texts) => texts !== undefined) ?? english;
}

const textsIn = (language: unknown) => all.find((texts) => texts.language === language);
