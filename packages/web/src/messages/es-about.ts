/**
 * The operating point, in Spanish.
 * @module
 */
import type { Translation } from './types.ts';

export const about: Translation['about'] = {
  link: '¿Qué seguridad tiene una coincidencia?',
  title: '¿Qué seguridad tiene una coincidencia?',
  intro:
    'Una imagen de la cámara se convierte en números en su dispositivo, y dos series de números se comparan bajo cifrado. Tal comparación puede equivocarse. Esto es lo que se midió para los modelos de este proveedor, y lo que no.',
  rates: 'Medido',
  wrong: 'Se toma a un extraño por usted',
  wrongValue: 'en cerca de {rate} de las comparaciones (medido de {low} a {high})',
  right: 'Se le reconoce al primer intento',
  rightValue: 'en {value} de las comparaciones (medido de {low} a {high})',
  frames: 'Qué se compara',
  framesValue: { one: '{count} imagen de cada lado', other: 'la media de {count} imágenes de cada lado' },
  perFrame: 'La primera cifra para un solo dispositivo',
  perFrameValue: 'de {low} a {high}: cada dispositivo tiene su propio marco secreto',
  wolf: 'Alguien que tiene su dispositivo desbloqueado, no su cara, y envía los mejores números que pudimos hallar',
  wolfValue: 'entra con al menos {one} en un intento, {five} en cinco; una búsqueda mejor puede hallar más',
  verifier: 'Cómo se hace una plantilla',
  verifiers: {
    mean: 'la media de las imágenes',
    logistic: 'aprendida en el dispositivo frente a caras que no existen',
  },
  evidence: 'Medido con',
  evidenceValue: '{people} personas, {pictures} imágenes, {frames} marcos secretos',
  source: 'Origen de las imágenes',
  threshold: 'Umbral',
  thresholdValue: '{tau} de {most} como máximo, perfil {profile}',
  unmeasuredTitle: 'Sin medir',
  unmeasured: {
    groups:
      'Diferencias por color de piel, sexo, edad u origen. Cuente con algunas: la mayoría de los reconocimientos faciales las tienen.',
    glasses: 'Gafas, mascarillas, maquillaje y barbas por separado.',
    ageing: 'Caras que envejecen entre el registro y el inicio de sesión.',
    webcams:
      'Las cámaras web por separado, salvo que el origen de arriba lo diga: sus imágenes de un mismo momento se parecen mucho.',
    relatives: 'Gemelos y parientes, y personas que buscan a alguien a quien se parecen.',
  },
  research:
    'Una parte de estos modelos se aprendió con imágenes de investigación. Son para uso no comercial hasta que el operador traiga otros.',
  retry: 'Intentar de nuevo',
};
