/**
 * The self-test of camera and light, in Spanish.
 * @module
 */
import type { Translation } from './types.ts';

export const selfTest: Translation['selfTest'] = {
  link: 'Comprobar la cámara y la luz',
  title: 'Comprobar la cámara y la luz',
  intro:
    'La mayoría de los rechazos vienen de la luz, la distancia o una lente sucia. Aquí ve lo que la cámara ve de usted, tal como lo mide el inicio de sesión.',
  stays:
    'Se mide en este dispositivo y se le muestra solo a usted. No se compara, guarda ni envía nada, y no cuenta como intento.',
  start: 'Iniciar la cámara',
  stop: 'Parar',
  good: 'Bien. Un inicio de sesión usaría esta imagen',
  measure: 'Medida',
  value: 'Ahora',
  wanted: 'Deseado',
  fits: 'sirve',
  doesNotFit: 'no sirve',
  exactly: '{least}',
  between: '{least} a {most}',
  atLeast: '{least} o más',
  atMost: '{most} o menos',
  pixels: '{value} px',
  measures: {
    faces: 'Caras',
    height: 'Altura de la cara en la imagen',
    eyes: 'Distancia de los ojos',
    luma: 'Brillo de la cara',
    clipped: 'Parte sobreexpuesta o negra',
    contrast: 'Contraste',
    sharpness: 'Nitidez',
    turn: 'Giro de la cabeza',
  },
};
