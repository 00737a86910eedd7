/** Version 1. Plain words; what it says is what the software does. */
export const imageEnglish = `A check on an encrypted picture

What happens. For the set-up, three pictures of your face are encrypted on this device and sent, together with keys to compute with. At each later sign-in that asks for it, one encrypted picture is sent. The server runs a face network on the encrypted pictures. It holds no key that opens them. The pictures themselves are deleted on this device as soon as they are encrypted.

What is it for. An additional condition, when an application asks for it, beside the sign-in with your face that you have agreed to. Nothing else.

What the server learns. At such a sign-in: a number that says how alike the picture is to those of the set-up. It is used once and not stored. And yes or no, when, and for which application.

What is kept. The features of the set-up pictures, encrypted under the key of this device; the keys to compute with; and each check for one day, encrypted, so that it can be computed again by an auditor.

How long. Until you remove the enrolment of this device, or until it has not been used to sign in for 12 months.

Your choice. You can go without: everything that does not ask for this check stays as it is. You withdraw by erasing the enrolment of this device on your account page: keys, features and records are deleted at once, and you get a receipt.

What remains a risk. This check is research. A server that breaks its own rules could learn the stored features in about ten such sign-ins. The project's security page says this in full.
`;
