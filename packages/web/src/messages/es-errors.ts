/**
 * The errors in Spanish; neutral about the reason of a refusal, as in English.
 * @module
 */
import { deviceErrors } from './es-devices.ts';
import type { Translation } from './types.ts';

export const errors: Translation['errors'] = {
  ...deviceErrors,
  'sign-in-refused': {
    title: 'Se rechazó el inicio de sesión',
    body: 'Esta vez no funcionó. Revise la luz, quítese las gafas o la gorra e inténtelo de nuevo, o use su llave de acceso.',
  },
  'face-locked': {
    title: 'El inicio de sesión con la cara está bloqueado por ahora',
    body: 'Demasiados intentos sin éxito. Se abre de nuevo en {time}. Mientras tanto funciona su llave de acceso.',
  },
  'budget-exhausted': {
    title: 'Hoy ya no hay más inicios de sesión con la cara',
    body: 'El número diario de este dispositivo está agotado. Use su llave de acceso, o vuelva en {time}.',
  },
  'too-many-requests': {
    title: 'Demasiadas solicitudes',
    body: 'Espere {time} e inténtelo de nuevo.',
  },
  'device-revoked': {
    title: 'Este dispositivo fue revocado',
    body: 'Su registro ya no existe en el servidor. Inicie sesión con su llave de acceso y registre su cara de nuevo.',
  },
  'account-closed': {
    title: 'Esta cuenta se cerró',
    body: 'Sus datos se borraron. Puede crear una cuenta nueva.',
  },
  'ceremony-expired': {
    title: 'Tardó demasiado',
    body: 'Por su seguridad cada intento tiene un plazo, y ha pasado. No se perdió nada; empiece de nuevo.',
  },
  'ceremony-closed': {
    title: 'Este intento ya se usó',
    body: 'Cada intento solo se puede responder una vez. Empiece uno nuevo.',
  },
  'ceremony-not-found': {
    title: 'Este intento ya no existe',
    body: 'Quizá el servidor se reinició entretanto. No se perdió nada; empiece de nuevo.',
  },
  'ticket-burned': {
    title: 'Este tique ya se usó',
    body: 'Otro inicio de sesión con este dispositivo llegó antes. Cierre otras pestañas y empiece de nuevo.',
  },
  'interaction-expired': {
    title: 'Este inicio de sesión caducó',
    body: 'Vuelva a la aplicación y empiece de nuevo desde allí.',
  },
  'image-check-unavailable': {
    title: 'La comprobación con imágenes cifradas está desactivada',
    body: 'Este servidor no la ofrece ahora. Vuelva a la aplicación, o pregunte a quien la gestiona.',
  },
  'image-keys-refused': {
    title: 'Las claves no llegaron como se crearon',
    body: 'Algo las cambió por el camino. No se guardó nada; configúrela otra vez.',
  },
  'image-refused': {
    title: 'Las imágenes no concuerdan entre sí',
    body: 'Son demasiado distintas, o demasiado oscuras. Busque una luz uniforme, mire de frente a la cámara e inténtelo otra vez. No se guardó nada.',
  },
  'evaluation-running': {
    title: 'Hay otra comprobación de este dispositivo en curso',
    body: 'Puede estar abierta en otra pestaña. Espere un momento e inténtelo de nuevo.',
  },
  'evaluation-timeout': {
    title: 'La comparación tardó demasiado',
    body: 'El servidor está cargado. Inténtelo de nuevo en un momento.',
  },
  'server-busy': {
    title: 'El servidor está ocupado',
    body: 'Inténtelo de nuevo en un momento.',
  },
  internal: {
    title: 'Algo salió mal',
    body: 'La culpa es nuestra, no suya. Inténtelo de nuevo; si continúa, use su llave de acceso y avise al operador.',
  },
  'malformed-message': {
    title: 'El servidor no entendió esta página',
    body: 'Quizá la página esté anticuada. Recárguela e inténtelo de nuevo.',
  },
  'message-too-large': {
    title: 'Un mensaje era demasiado grande',
    body: 'El servidor acepta mensajes más pequeños que los de esta página. Recárguela e inténtelo de nuevo.',
  },
  'body-mismatch': {
    title: 'Un envío llegó dañado',
    body: 'Un tique no coincidía con lo anunciado. El registro se detuvo; empiécelo de nuevo.',
  },
  'unsupported-parameters': {
    title: 'Registrado con reglas antiguas',
    body: 'El servidor ya no trabaja con este registro. Inicie sesión con su llave de acceso y regístrese de nuevo.',
  },
  'consent-outdated': {
    title: 'El texto del consentimiento ha cambiado',
    body: 'Lea primero el texto nuevo.',
  },
  'enrolment-incomplete': {
    title: 'El registro no está completo',
    body: 'Algunos tiques aún no han llegado al servidor. Espere un momento, o regístrese de nuevo.',
  },
  'enrolment-too-old': {
    title: 'Es hora de un nuevo registro',
    body: 'Un registro se puede renovar durante un año, y doce veces. Inicie sesión con su llave de acceso y registre su cara de nuevo.',
  },
  'session-required': {
    title: 'Inicie sesión primero',
    body: 'Su sesión terminó. Confirme con su llave de acceso para continuar.',
  },
  'reauthentication-required': {
    title: 'Confirme que es usted',
    body: 'Este paso necesita una confirmación reciente con su llave de acceso.',
  },
  'origin-refused': {
    title: 'Esta solicitud fue rechazada',
    body: 'No vino de la página propia de este sitio. Abra la página en su dirección habitual.',
  },
  'not-found': {
    title: 'Aquí no hay nada',
    body: 'Quizá la dirección esté mal escrita, o lo que nombraba ya no existe.',
  },
  'unknown-client': {
    title: 'Esta aplicación no se conoce aquí',
    body: 'Su operador tiene que registrarla antes. Usted no puede arreglarlo.',
  },
  'invalid-redirect-uri': {
    title: 'La dirección de retorno no está registrada',
    body: 'Para protegerle, solo volvemos a direcciones que la aplicación registró. Avise a su operador.',
  },

  'camera-denied': {
    title: 'La cámara no está permitida',
    body: 'Abra los ajustes del sitio junto a la barra de direcciones, permita la cámara e inténtelo de nuevo. O use su llave de acceso.',
  },
  'camera-missing': {
    title: 'No se encontró ninguna cámara',
    body: 'Conecte o encienda una cámara e inténtelo de nuevo. O use su llave de acceso.',
  },
  'camera-blocked': {
    title: 'Este navegador bloquea las imágenes de la cámara',
    body: 'Un ajuste de privacidad las oculta o las altera (protección contra la huella digital en Brave, Tor o LibreWolf). Desactívelo para este sitio, o use su llave de acceso.',
  },
  'camera-busy': {
    title: 'Otro programa usa la cámara',
    body: 'Cierre videollamadas y otras ventanas con cámara, e inténtelo de nuevo.',
  },
  'camera-lost': {
    title: 'La cámara ya no está',
    body: 'Se desconectó, u otro programa la tomó. Conéctela e inténtelo de nuevo; no se envió nada.',
  },
  'insecure-context': {
    title: 'Esta dirección no es segura',
    body: 'Los navegadores solo dan la cámara a direcciones https (o localhost). Abra esta página con https.',
  },
  'page-hidden': {
    title: 'En pausa',
    body: 'La cámara se apagó porque esta página no estaba a la vista. Empiece de nuevo cuando quiera.',
  },
  'device-turned': {
    title: 'Ha girado el dispositivo',
    body: 'Los movimientos se miden según cómo lo sostenía al principio. Sosténgalo como prefiera y empiece de nuevo.',
  },

  'storage-lost': {
    title: 'Este navegador ha olvidado sus claves',
    body: 'Se borraron los datos del sitio, o el navegador los quitó. Inicie sesión con su llave de acceso y registre su cara de nuevo.',
  },
  'storage-unavailable': {
    title: 'Este navegador no puede guardar claves',
    body: 'El almacenamiento está desactivado o lleno, o es una ventana privada. Use una ventana normal, o su llave de acceso.',
  },
  'no-tickets-left': {
    title: 'No quedan inicios de sesión en este dispositivo',
    body: 'Los tiques de un solo uso de este dispositivo se agotaron. Inicie sesión con su llave de acceso y renuévelos en la página de su cuenta.',
  },
  'device-limit': {
    title: 'Suficiente por hoy',
    body: 'Este dispositivo permite 50 inicios de sesión con la cara al día, diga lo que diga el servidor. Use su llave de acceso hasta mañana.',
  },
  'other-tab': {
    title: 'Otra pestaña está iniciando sesión',
    body: 'Solo una pestaña a la vez puede usar los tiques de este dispositivo. Termine o cierre la otra e inténtelo de nuevo.',
  },

  'models-altered': {
    title: 'Los modelos faciales fueron alterados o están anticuados',
    body: 'No son los que se midieron, así que la cámara sigue apagada. Use su llave de acceso y avise al operador.',
  },
  'models-unavailable': {
    title: 'No se pudieron cargar los modelos faciales',
    body: 'Quizá la conexión sea débil, o el operador aún no los preparó. Inténtelo de nuevo, o use su llave de acceso.',
  },
  'reply-invalid': {
    title: 'La respuesta del servidor no se sostiene',
    body: 'Un servidor honrado no enviaría esto, así que este dispositivo no respondió. Use su llave de acceso y avise al operador.',
  },
  'network-lost': {
    title: 'No se puede llegar al servidor',
    body: 'Revise su conexión; quizá el servidor se esté reiniciando. No se perdió nada. Inténtelo de nuevo en un momento.',
  },
  'worker-failed': {
    title: 'Esta página no pudo hacer su trabajo',
    body: 'Su parte en segundo plano se detuvo, quizá por falta de memoria. Recargue e inténtelo de nuevo.',
  },

  'passkey-cancelled': {
    title: 'La llave de acceso no se confirmó',
    body: 'La solicitud se canceló o tardó demasiado. Inténtelo de nuevo cuando quiera.',
  },
  'passkey-unsupported': {
    title: 'Este navegador no tiene llaves de acceso',
    body: 'Use un navegador actual, o un dispositivo que pueda guardar una llave de acceso.',
  },
  'passkey-no-prf': {
    title: 'Esta llave de acceso no puede abrir las claves',
    body: 'Las claves de este dispositivo solo se abren con la llave de acceso elegida en el registro. Use esa, o regístrese de nuevo.',
  },

  'still-image': {
    title: 'Eso parece una foto',
    body: 'La imagen de la cámara no cambió en absoluto. Mire a una cámara en vivo y muévase un poco.',
  },
  'face-changed': {
    title: 'Se vio a más de una persona',
    body: 'La cara cambió por el camino. Asegúrese de que solo se le vea a usted, y empiece de nuevo.',
  },
  'no-face': {
    title: 'No se encontró ninguna cara',
    body: 'Mire a la cámara de modo que su cara llene el óvalo, y empiece de nuevo.',
  },
  'several-faces': {
    title: 'Más de una cara',
    body: 'Solo puede verse a una persona. Empiece de nuevo a solas.',
  },
  'too-far': {
    title: 'Demasiado lejos',
    body: 'Acérquese hasta que su cara llene el óvalo.',
  },
  'too-close': {
    title: 'Demasiado cerca',
    body: 'Aléjese un poco, para que se vea toda su cara.',
  },
  'off-centre': { title: 'Fuera del centro', body: 'Mantenga la cara dentro del óvalo.' },
  'turn-less': { title: 'Girado', body: 'Mire de frente a la cámara.' },
  'too-dark': {
    title: 'Demasiado oscuro',
    body: 'Encienda una luz delante de usted, o mire hacia una ventana.',
  },
  'too-bright': { title: 'Demasiada luz', body: 'Salga de la luz fuerte.' },
  'over-exposed': {
    title: 'Partes de su cara están sobreexpuestas',
    body: 'Apártese de la luz fuerte para que le llegue de manera uniforme.',
  },
  'low-contrast': {
    title: 'La luz es demasiado plana',
    body: 'Busque un lugar con más luz en la cara, y quite el vaho de la lente.',
  },
  blurred: {
    title: 'La imagen está borrosa',
    body: 'No se mueva, limpie la lente, y empiece de nuevo.',
  },
  'challenge-refused': {
    title: 'Eso no encajaba',
    body: 'Quédese ante la cámara y siga cada indicación en cuanto aparezca. Una pantalla más brillante y una habitación más oscura ayudan con los colores.',
  },
  'renewal-required': {
    title: 'Primero hay que renovar el registro de su cara',
    body: 'Se renovó hace demasiado tiempo. Inicie sesión con su llave de acceso, abra la página de su cuenta y renuévelo allí; tarda un minuto.',
  },
  'face-lost': {
    title: 'Su cara estaba fuera de la imagen',
    body: 'Quédese ante la cámara hasta el final, y empiece de nuevo.',
  },
  'other-movement': {
    title: 'Ese fue otro movimiento',
    body: 'Siga la flecha: señala su propia izquierda o derecha. Empiece de nuevo.',
  },
  'too-few-frames': {
    title: 'Muy pocas imágenes buenas',
    body: 'Mire de frente a la cámara entre los pasos, y empiece de nuevo.',
  },
  'flat-image': {
    title: 'Eso se movía como una imagen',
    body: 'Lo que vio la cámara se movía como algo plano. Mire usted mismo a la cámara, sin nada delante.',
  },
  'light-mismatch': {
    title: 'La luz de la pantalla no llegó a su cara',
    body: 'Suba el brillo de la pantalla, acérquese, o vaya a un lugar con menos luz. O elija ir sin colores.',
  },
  'light-late': {
    title: 'La cámara respondió demasiado tarde',
    body: 'La imagen va por detrás de la pantalla. Cierre lo que ocupa el dispositivo, o use una cámara propia, y empiece de nuevo.',
  },
  'step-unfinished': {
    title: 'Se acabó el tiempo de este paso',
    body: 'Siga cada indicación en cuanto aparezca. Si un movimiento le resulta difícil, use su llave de acceso.',
  },
};
