<?xml version="1.0" encoding="UTF-8"?>
<compressorStations xmlns="http://gaslib.zib.de/CompressorStations">
  <compressorStation id="BC">
    <compressors>
      <turboCompressor drive="turbine" id="turbo">
        <speedMin value="3500" unit="per_min"/>
        <speedMax value="6500" unit="per_min"/>
        <n_isoline_coeff_1 value="62.0918"/>
        <n_isoline_coeff_2 value="-0.0292953"/>
        <n_isoline_coeff_3 value="4.29877e-06"/>
        <n_isoline_coeff_4 value="-58.9579"/>
        <n_isoline_coeff_5 value="0.0265692"/>
        <n_isoline_coeff_6 value="-2.57876e-06"/>
        <n_isoline_coeff_7 value="4.32767"/>
        <n_isoline_coeff_8 value="-0.00240606"/>
        <n_isoline_coeff_9 value="2.45649e-07"/>
        <eta_ad_isoline_coeff_1 value="1.16239"/>
        <eta_ad_isoline_coeff_2 value="-0.000178625"/>
        <eta_ad_isoline_coeff_3 value="6.8119e-09"/>
        <eta_ad_isoline_coeff_4 value="-0.063803"/>
        <eta_ad_isoline_coeff_5 value="8.29481e-05"/>
        <eta_ad_isoline_coeff_6 value="-6.36087e-09"/>
        <eta_ad_isoline_coeff_7 value="-0.0327073"/>
        <eta_ad_isoline_coeff_8 value="1.43794e-06"/>
        <eta_ad_isoline_coeff_9 value="1.02304e-10"/>
        <surgeline_coeff_1 value="-49.8997"/>
        <surgeline_coeff_2 value="27.7343"/>
        <surgeline_coeff_3 value="-0.0449561"/>
        <chokeline_coeff_1 value="-11.7751"/>
        <chokeline_coeff_2 value="7.27912"/>
        <chokeline_coeff_3 value="0.0567136"/>
        <efficiencyOfChokeline value="0.59"/>
      </turboCompressor>
      <pistonCompressor drive="motor" id="piston">
        <speedMin value="165" unit="per_min"/>
        <speedMax value="310" unit="per_min"/>
        <operatingVolume value="0.5" unit="m_cube"/>
        <maximalTorque value="0" unit="kNm"/>
        <maximalCompressionRatio value="2"/>
        <adiabaticEfficiency value="0.9"/>
        <additionalReductionVolFlow value="0.34"/>
      </pistonCompressor>
    </compressors>
    <drives>
      <gasTurbine id="turbine">
        <energy_rate_fun_coeff_1 value="5000"/>
        <energy_rate_fun_coeff_2 value="2.5"/>
        <energy_rate_fun_coeff_3 value="0"/>
        <power_fun_coeff_1 value="-1507.55"/>
        <power_fun_coeff_2 value="3.23595"/>
        <power_fun_coeff_3 value="-0.000215272"/>
        <power_fun_coeff_4 value="9.38"/>
        <power_fun_coeff_5 value="-0.02044"/>
        <power_fun_coeff_6 value="1.35429e-06"/>
        <power_fun_coeff_7 value="0.0448214"/>
        <power_fun_coeff_8 value="-8.49405e-05"/>
        <power_fun_coeff_9 value="5.83333e-09"/>
      </gasTurbine>
      <gasDrivenMotor id="motor">
        <energy_rate_fun_coeff_1 value="2629"/>
        <energy_rate_fun_coeff_2 value="2.47429"/>
        <energy_rate_fun_coeff_3 value="1.37143e-05"/>
        <power_fun_coeff_1 value="230.515"/>
        <power_fun_coeff_2 value="24.4196"/>
        <power_fun_coeff_3 value="0.00423351"/>
      </gasDrivenMotor>
    </drives>
    <configurations>
      <configuration confId="turbo alone" nrOfSerialStages="1">
        <stage stageNr="1" nrOfParallelUnits="1"><compressor id="turbo" nominalSpeed="5200"/></stage>
      </configuration>
      <configuration confId="both in series" nrOfSerialStages="2">
        <stage stageNr="2" nrOfParallelUnits="1"><compressor id="piston" nominalSpeed="300"/></stage>
        <stage stageNr="1" nrOfParallelUnits="1"><compressor id="turbo" nominalSpeed="5200"/></stage>
      </configuration>
      <configuration confId="both in parallel" nrOfSerialStages="1">
        <stage stageNr="1" nrOfParallelUnits="2">
          <compressor id="turbo" nominalSpeed="5200"/>
          <compressor id="piston" nominalSpeed="300"/>
        </stage>
      </configuration>
    </configurations>
  </compressorStation>
</compressorStations>
