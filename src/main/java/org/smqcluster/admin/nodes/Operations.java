package org.smqcluster.admin.nodes;

import java.util.List;

/** Implemented by beans that answer questions of other nodes. */
public interface Operations {

  List<Operation.Answering<?, ?>> operations();
}
