package org.smqcluster.admin.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.smqcluster.config.Settings;
import org.smqcluster.security.Administrators;

/** Gives the container what the configuration says of administrators. */
@ApplicationScoped
public class AccessBeans {

  @Produces
  @Singleton
  Administrators administrators(Settings settings) {
    return new Administrators(settings);
  }

  void close(@Disposes Administrators administrators) {
    administrators.close();
  }
}
