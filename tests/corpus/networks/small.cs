<?xml version="1.0" encoding="UTF-8"?>
<compressorStations xmlns="http://gaslib.zib.de/CompressorStations">
  <compressorStation id="BC">
    <compressors><turboCompressor id="t1" drive="d1"/><turboCompressor id="t2" drive="d1"/></compressors>
    <configurations><configuration confId="1"/></configurations>
  </compressorStation>
</compressorStations>
