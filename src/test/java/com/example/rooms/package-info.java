/** The beans that {@code application-code.md} shows; {@code ApplicationCodeIT} deploys them. */
package com.example.rooms;
