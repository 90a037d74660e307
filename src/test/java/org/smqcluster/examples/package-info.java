/**
 * Small programs that show the Java client at work. Each takes broker URLs as arguments, {@code
 * smq://127.0.0.1:8085/smq.lsp} by default; {@code ExamplesTest} runs them all.
 */
package org.smqcluster.examples;
