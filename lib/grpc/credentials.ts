import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { ServerCredentials } from "@grpc/grpc-js";
import { log } from "@/lib/log";
import { StartRefused } from "@/lib/process/start-refused";

/** Where certificate (with its chain) and private key lie, as PEM files. */
export interface TlsFiles {
  GRPC_TLS_CERT?: string | undefined;
  GRPC_TLS_KEY?: string | undefined;
}

/**
 * TLS when both files are named, else plain text. Throws {@link StartRefused} with what is wrong: a file that cannot be
 * read or holds something else, a key of another certificate. A certificate that is over is only warned of, so that
 * the other listeners still start.
 */
export function grpcCredentials({
  GRPC_TLS_CERT: certFile,
  GRPC_TLS_KEY: keyFile,
}: TlsFiles): ServerCredentials {
  if (certFile === undefined || keyFile === undefined) return ServerCredentials.createInsecure();
  const [chain, key] = [read("GRPC_TLS_CERT", certFile), read("GRPC_TLS_KEY", keyFile)];
  const certificate = certificateIn(chain, certFile);
  if (!certificate.checkPrivateKey(privateKeyIn(key, keyFile)))
    throw new StartRefused(`GRPC_TLS_KEY: ${keyFile} is not the key of the certificate in ${certFile}.`);
  if (new Date(certificate.validTo) < new Date())
    log.warn({ validTo: certificate.validTo }, "the certificate of the gRPC listener is over");
  return ServerCredentials.createSsl(null, [{ cert_chain: chain, private_key: key }]);
}

function read(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartRefused(`${variable}: ${file} cannot be read (${why}).`);
  }
}

function certificateIn(pem: Buffer, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new StartRefused(`GRPC_TLS_CERT: ${file} holds no PEM certificate.`);
  }
}

function privateKeyIn(pem: Buffer, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new StartRefused(`GRPC_TLS_KEY: ${file} holds no PEM private key without a passphrase.`);
  }
}
