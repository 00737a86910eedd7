/**
 * The encrypted-image check, in Spanish.
 * @module
 */
import type { Translation } from './types.ts';

export const image: Translation['image'] = {
  privacy:
    'Esta aplicación pide además una comprobación sobre una imagen cifrada. El servidor no puede abrir la imagen; aprende, solo para este inicio de sesión, cuánto se parece a las de su registro.',
  stays:
    'Ninguna imagen sale de este dispositivo sin cifrar: unas pocas se cifran aquí, y todas se borran enseguida.',
  purpose: 'Comprobación con imágenes cifradas',
  consentTitle: 'Una comprobación más, sobre una imagen cifrada',
  consentAccept: 'Acepto, configurarla',
  consentDecline: 'Ahora no',
  enrolTitle: 'Configurando la comprobación con imágenes cifradas',
  enrolBody:
    'Se hace una sola vez en este dispositivo. Los siguientes inicios de sesión envían una imagen cifrada.',
  verifyTitle: 'Comprobando una imagen cifrada',
  verifyBody: 'El servidor aplica una red de caras a una imagen que no puede abrir.',
  stages: {
    keys: 'Crear claves en este dispositivo',
    send: 'Enviar las claves',
    network: 'Calcular sobre la imagen cifrada',
    answer: 'Abrir y comprobar la respuesta',
  },
  made: '{done} de {total} claves',
  sent: '{done} de {total}',
  waiting: 'Se perdió la conexión. Seguirá donde se detuvo.',
  picture: 'Enviando la imagen cifrada {frame} de {frames}',
  queued: {
    one: '{count} comprobación va antes que la suya',
    other: '{count} comprobaciones van antes que la suya',
  },
  layer: 'Imagen {frame} de {frames}: capa {done} de {of}',
  deleted: 'La cámara está apagada y las imágenes se han borrado. Solo se envía su forma cifrada.',
  resumes: 'Si se interrumpe, el siguiente intento continúa desde aquí.',
  readyTitle: 'La comprobación está configurada',
  readyBody:
    'Inicie sesión una vez más mirando a la cámara. Esta vez se comprueba también la imagen cifrada.',
  readyGo: 'Iniciar sesión ahora',
  alsoReady: 'La comprobación con imágenes cifradas también está configurada.',
  notReady:
    'La comprobación con imágenes cifradas aún no está configurada. Lo hará el próximo inicio de sesión que la necesite.',
};
