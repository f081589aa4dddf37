function mgc = small
mgc.gas_specific_gravity         = 0.6;
mgc.specific_heat_capacity_ratio = 1.4;  % unitless
mgc.temperature                  = 283.15;  % K
mgc.compressibility_factor       = 0.8;
mgc.units                        = 'si';
mgc.is_per_unit                  = 0;

%% junction data
% id p_min p_max p_nominal junction_type status pipeline_name edi_id lat lon
mgc.junction = [
1 3000000 8000000 5000000 0 1 'small; 100% [gas]' '1' 50.0 8.0
2 3000000 8000000 5000000 0 1 'small' '2' 50.0 8.5
3 3000000 8000000 5000000 0 1 'small' '3' 50.0 9.0
];

%% pipe data
mgc.pipe = [
1 1 2 0.5 20000 0.01 3000000 8000000 1
];

%% compressor data
mgc.compressor = [
1 2 3 1 1.4 1e100 -20 50 3000000 8000000 3000000 8000000 1 10 1
];

mgc.receipt = [
1 1 0 50 30 0 1
];
mgc.delivery = [
1 3 0 50 30 0 1
];
end
