package org.smqcluster.admin.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EventsResourceTest {

  @Test
  void aReaderThatComesBackSaysWhereItWas() {
    assertEquals(Map.of("node1", 17L, "a=b", 4L), EventsResource.position("node1=17,a=b=4"));
  }

  @Test
  void nonsenseIsNoPosition() {
    assertEquals(Map.of(), EventsResource.position(null));
    assertEquals(Map.of(), EventsResource.position(""));
    assertEquals(Map.of(), EventsResource.position("=1,x,y=,z=-1,w=99999999999999999999999,v=1x"));
  }
}
