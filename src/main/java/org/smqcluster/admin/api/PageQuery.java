package org.smqcluster.admin.api;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.smqcluster.admin.paging.Page;

/** The part of a list that a request asks for. */
public class PageQuery {

  @Parameter(
      description =
          "How many to pass over. Where the list may change meanwhile, let a page begin with the last"
              + " item of the one before: if it does not, ask again from further back.")
  @QueryParam("offset")
  @DefaultValue("0")
  private int offset;

  @Parameter(description = "How many to tell, 1000 at most")
  @QueryParam("limit")
  @DefaultValue("50")
  private int limit;

  /** The page of the list in this order; a minus before the member sorts downwards. */
  Page sortedBy(String sort) {
    return Page.of(sort, offset, limit);
  }

  /** The page of a list that is in order. */
  <T> List<T> of(List<T> all) {
    Page page = sortedBy("");
    return all.stream().skip(page.offset()).limit(page.limit()).toList();
  }
}
