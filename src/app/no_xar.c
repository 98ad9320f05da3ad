// libarchive, linked statically, brings its writer of xar archives along, and that one libxml2 and ICU: much to map at
// every start, for what nothing here ever does. These stand in for what it would call.
#include <stdlib.h>

#define NEVER_CALLED(name) \
  void name(void) { abort(); }

NEVER_CALLED(UTF8Toisolat1)
NEVER_CALLED(xmlBufferCreate)
NEVER_CALLED(xmlBufferFree)
NEVER_CALLED(xmlFreeTextWriter)
NEVER_CALLED(xmlNewTextWriterMemory)
NEVER_CALLED(xmlTextWriterEndDocument)
NEVER_CALLED(xmlTextWriterEndElement)
NEVER_CALLED(xmlTextWriterSetIndent)
NEVER_CALLED(xmlTextWriterStartDocument)
NEVER_CALLED(xmlTextWriterStartElement)
NEVER_CALLED(xmlTextWriterWriteAttribute)
NEVER_CALLED(xmlTextWriterWriteBase64)
NEVER_CALLED(xmlTextWriterWriteFormatAttribute)
NEVER_CALLED(xmlTextWriterWriteString)
