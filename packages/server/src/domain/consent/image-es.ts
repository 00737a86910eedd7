/** Version 1 in Spanish; says what the English text says. */
export const imageSpanish = `Comprobación de una imagen cifrada

Qué ocurre. Para configurarla, tres imágenes de su cara se cifran en este dispositivo y se envían, junto con claves de cálculo. En cada inicio de sesión posterior que lo pida se envía una imagen cifrada. El servidor aplica una red de caras a las imágenes cifradas. No tiene ninguna clave que las abra. Las imágenes mismas se borran de este dispositivo en cuanto están cifradas.

Para qué sirve. Como condición adicional, cuando una aplicación la pide, junto al inicio de sesión con la cara que usted ha aceptado. Para nada más.

Qué aprende el servidor. En un inicio de sesión así: un número que dice cuánto se parece la imagen a las de la configuración. Se usa una vez y no se guarda. Y sí o no, cuándo, y para qué aplicación.

Qué se guarda. Los rasgos de las imágenes de la configuración, cifrados con la clave de este dispositivo; las claves de cálculo; y cada comprobación durante un día, cifrada, para que un auditor pueda volver a calcularla.

Cuánto tiempo. Hasta que usted quite el registro de este dispositivo, o hasta que no se haya usado para iniciar sesión durante 12 meses.

Su elección. Puede prescindir de ella: todo lo que no pide esta comprobación sigue igual. La retira borrando el registro de este dispositivo en la página de su cuenta: claves, rasgos y anotaciones se borran al momento, y recibe un recibo.

Qué riesgo queda. Esta comprobación es investigación. Un servidor que incumpla sus propias reglas podría aprender los rasgos guardados en unos diez inicios de sesión así. La página de seguridad del proyecto lo dice por completo.
`;
