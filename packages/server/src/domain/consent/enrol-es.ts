/** Version 1 in Spanish; says what the English text says. */
export const enrolSpanish = `Iniciar sesión con la cara

Qué ocurre. Su cámara toma unas cuantas imágenes. En este dispositivo, y solo en él, se convierten en números que describen su cara, y los números se convierten en tiques de inicio de sesión cifrados. Las imágenes y los números se borran de este dispositivo antes de que termine el registro. El servidor recibe los tiques cifrados. No tiene ninguna clave que los abra.

Para qué sirve. Para confirmar que es usted cuando inicia sesión en una aplicación con esta cuenta. Para nada más: su cara no se busca, no se compara con otras personas y no se da a nadie.

Qué aprende el servidor. En cada inicio de sesión con la cara: sí o no, cuándo, y para qué aplicación. El registro de este dispositivo, su nombre tal como lo ve en su cuenta, y este consentimiento con su fecha.

Cuánto tiempo. Hasta que usted lo quite, o hasta que este dispositivo no se haya usado para iniciar sesión durante 12 meses.

Su elección. Siempre puede iniciar sesión con su llave de acceso, ahora y más adelante, sin desventaja. Puede retirar este consentimiento en cualquier momento en la página de su cuenta: los tiques cifrados y la clave que los protege se borran al momento, y recibe un recibo.

Qué riesgo queda. Quien opera este sitio entrega esta página y podría cambiarla. Si alguien tuviera a la vez los datos guardados del servidor y su dispositivo desbloqueado, los datos de su cara podrían recuperarse. La página de seguridad del proyecto lo dice por completo.
`;
