/**
 * The second factor and another device, in Spanish.
 * @module
 */
import type { Translation } from './types.ts';

export const secondFactor: Translation['secondFactor'] = {
  title: 'Una prueba más',
  body: 'Una llave de acceso por sí sola no cambia dónde está registrada su cara. Escriba uno de sus códigos de recuperación; cada uno sirve una vez.',
  codeLabel: 'Código de recuperación',
  codePlaceholder: 'ABCD-EFGH-JKMN',
  codeMissing: 'Escriba uno de sus códigos.',
  show: 'Continuar',
  usePasskey: 'Usar otra de mis llaves de acceso',
  noCodes:
    '¿No le queda ningún código? En un dispositivo que aún inicie su sesión, renuévelo en la página de la cuenta y cree allí códigos nuevos.',
  row: 'Códigos de recuperación',
  left: { one: 'queda {count} código', other: 'quedan {count} códigos' },
  madeAt: 'Creados el {date}',
  none: 'No tiene códigos de recuperación. Renueve primero este navegador y después créelos: sin ellos nadie puede registrar su cara de nuevo, ni siquiera usted.',
  make: 'Crear códigos nuevos',
  makeFirst: 'Crear códigos de recuperación',
  addPasskey: 'Añadir una llave de acceso',
  passkeyNote:
    'Una llave de acceso en una llave de seguridad o en otro dispositivo, ligada a él, puede sustituir a un código.',
  codesTitle: 'Guarde estos códigos de recuperación',
  codesBody:
    'Si pierde este dispositivo, un código y su llave de acceso le permiten registrarse de nuevo. Solo se muestran ahora. Guárdelos lejos de este dispositivo.',
  copy: 'Copiar',
  copied: 'Copiado',
  download: 'Descargar',
  print: 'Imprimir',
  kept: 'Los he guardado',
  fileName: 'blindsight-codigos-de-recuperacion.txt',
};

export const devices: Translation['devices'] = {
  add: 'Añadir otro dispositivo',
  addTitle: 'Añadir otro dispositivo',
  steps: {
    starting: 'Preparando un código',
    waiting: 'Escanee este código con la cámara del otro dispositivo',
    joined: 'El otro dispositivo ha llegado. Mire a su cámara, como dice allí.',
    unlocking: 'Confirme con su llave de acceso para continuar.',
    comparing: 'Comparando bajo cifrado con su registro',
    enrolling: 'Es usted. El otro dispositivo se está registrando; mantenga los dos abiertos.',
  },
  scanBody:
    'Escanéelo solo con un dispositivo suyo y no deje que nadie más lo vea. Sirve una vez, durante diez minutos.',
  qrLabel: 'Código QR que abre la página de registro en el otro dispositivo',
  address: 'Mostrar la dirección en su lugar',
  compareTitle: '¿Están estas cifras en el otro dispositivo?',
  compareBody:
    '«{label}» debe mostrar exactamente estas. Si muestra otras, o ninguna, quizá otra persona escaneó el código.',
  match: 'Sí, las mismas',
  differ: 'No',
  addedTitle: 'El otro dispositivo está registrado',
  addedBody: 'Desde ahora inicia su sesión por sí mismo. Se avisará a sus demás dispositivos.',
  newBadge: 'Nuevo',
  newTitle: 'Se añadió un dispositivo',
  newBody: '«{label}» se añadió el {date}. Si no fue usted, revóquelo abajo y avise al operador.',
  signInNotice: '«{label}» se añadió a su cuenta el {date}. ¿No fue usted?',
  enrolHereNote:
    '¿Perdió un dispositivo? Revóquelo arriba. Para iniciar sesión aquí con la cara, elija «Añadir otro dispositivo» en uno que aún inicie su sesión; o regístrese aquí con su llave de acceso y un código de recuperación, lo que revoca los demás.',
  joinTitle: 'Añadir este dispositivo',
  joinSteps: {
    starting: 'Preparando los modelos',
    offering: 'Sellando lo visto para su otro dispositivo',
    waiting: 'Esperando a que su otro dispositivo lo abra',
    comparing: 'Compare estas cifras con su otro dispositivo y diga allí si son las mismas',
    making: 'Es usted. Sellando su cara en {count} tiques de un solo uso',
    sending: 'Enviando los primeros tiques',
    finishing: 'Terminando',
  },
  joinDoneTitle: 'Este dispositivo está registrado',
  joinDoneBody: 'Desde ahora, una mirada a la cámara inicia aquí la sesión de {name}.',
  recoveryTitle: 'Su registro empieza desde cero',
  recoveryBody: {
    one: 'Su cuenta tiene un dispositivo registrado. Se revoca cuando termina el nuevo registro, y hasta entonces el inicio de sesión con la cara está bloqueado. Para conservarlo, elija allí «Añadir otro dispositivo».',
    other:
      'Su cuenta tiene {count} dispositivos registrados. Se revocan cuando termina el nuevo registro, y hasta entonces el inicio de sesión con la cara está bloqueado. Para conservarlos, elija «Añadir otro dispositivo» en uno de ellos.',
  },
};

export const deviceErrors = {
  'second-factor-required': {
    title: 'Hace falta una prueba más',
    body: 'Este paso necesita un código de recuperación, u otra de sus llaves de acceso.',
  },
  'second-factor-refused': {
    title: 'Eso no se aceptó',
    body: 'Revise el código: cada uno sirve una vez, y los códigos nuevos anulan los antiguos. O use otra llave de acceso.',
  },
  'second-factor-locked': {
    title: 'Los códigos de recuperación están bloqueados por ahora',
    body: 'Demasiados códigos erróneos. Se abren de nuevo en {time}.',
  },
  'second-factor-cancelled': {
    title: 'No se cambió nada',
    body: 'No se dio la segunda prueba. Inténtelo de nuevo cuando tenga a mano un código de recuperación.',
  },
  'device-too-new': {
    title: 'Este dispositivo es demasiado nuevo para eso',
    body: 'Un dispositivo añadido por otro solo puede añadir dispositivos después de siete días.',
  },
  'pairing-link-invalid': {
    title: 'Este código no está completo',
    body: 'Abra la dirección escaneando el código de su otro dispositivo. No debe estar acortada.',
  },
  'pairing-refused': {
    title: 'Quizá otra persona escaneó el código',
    body: 'Los dos dispositivos no coincidieron, así que no se añadió nada. Empiece de nuevo en su dispositivo registrado, donde nadie más vea el código.',
  },
  'pairing-closed': {
    title: 'El otro dispositivo ha terminado esto',
    body: 'Se canceló, tardó demasiado, o la cara no coincidió con el registro. No se añadió nada. Empiece de nuevo en su dispositivo registrado.',
  },
};
