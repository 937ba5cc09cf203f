/** A city with several airports, best known first: its IATA code, and its names in several languages. */
export type Area = { code: string; names: string[]; airports: string[] };

/**
 * Kept by hand: IATA's metropolitan areas, and cities where travelers use any of several airports, in the order most
 * would choose. A code that is an airport's as well (BKK, SHA) means that airport alone in a search for flights, and
 * the whole city in a search for places.
 */
const table = `
ALY Alexandria: HBE
AMM Amman: AMM ADJ
ANK Ankara: ESB
BAK Baku, Bakı: GYD
BER Berlin: BER
BFS Belfast: BFS BHD
BHZ Belo Horizonte: CNF
BJS Beijing, Peking, Pekín, Pékin, Pechino, 北京: PEK PKX
BKK Bangkok: BKK DMK
BOM Mumbai, Bombay: BOM NMI
BOS Boston: BOS PVD MHT
BRU Brussels, Bruxelles, Brussel, Brüssel, Bruselas: BRU CRL
BSL Basel, Mulhouse, Freiburg, Bâle: BSL
BUE Buenos Aires: EZE AEP
BUH Bucharest, București, Bukarest: OTP BBU
CAI Cairo, Kairo, Le Caire: CAI SPX
CAS Casablanca: CMN
CHI Chicago: ORD MDW
CLE Cleveland: CLE CAK
CMB Colombo: CMB RML
CTU Chengdu, 成都: TFU CTU
DFW Dallas, Fort Worth: DFW DAL
DTT Detroit: DTW FNT
DUS Düsseldorf: DUS NRN
DXB Dubai: DXB DWC SHJ
FRA Frankfurt, Francfort, Fráncfort, Francoforte: FRA HHN
GLA Glasgow: GLA PIK
GOI Goa: GOI GOX
HAM Hamburg, Hambourg: HAM LBC
HOU Houston: IAH HOU
IEV Kyiv, Kiev, Київ, Kiew: KBP IEV
IST Istanbul, İstanbul, Estambul: IST SAW
IZM Izmir: ADB
JKT Jakarta, Yakarta: CGK HLP
JNB Johannesburg: JNB HLA
KIN Kingston: KIN KTP
KUL Kuala Lumpur: KUL SZB
LAS Las Vegas: LAS
LAX Los Angeles, LA: LAX BUR SNA ONT LGB
LON London, Londres, Londra, Londen: LHR LGW STN LTN LCY SEN
MDE Medellín: MDE EOH
MEL Melbourne: MEL AVV
MEX Mexico City, Ciudad de México, Mexiko-Stadt: MEX NLU TLC
MIA Miami: MIA FLL PBI
MIL Milan, Milano, Mailand, Milán: MXP LIN BGY
MNL Manila: MNL CRK
MOW Moscow, Москва, Moskva, Moskau, Moscou: SVO DME VKO ZIA
NBO Nairobi: NBO WIL
NGO Nagoya, 名古屋: NGO NKM
NYC New York, New York City, Nueva York, Nova York: JFK EWR LGA
ORL Orlando: MCO SFB
OSA Osaka, 大阪: KIX ITM UKB
OSL Oslo: OSL TRF
PAR Paris, París, Parigi, Parijs: CDG ORY BVA
PHX Phoenix: PHX AZA
PTY Panama City, Ciudad de Panamá: PTY BLB
REK Reykjavik, Reykjavík: KEF RKV
RIO Rio de Janeiro: GIG SDU
ROM Rome, Roma, Rom, Řím: FCO CIA
SAO São Paulo: GRU CGH VCP
SDQ Santo Domingo: SDQ JBQ
SEA Seattle: SEA PAE
SEL Seoul, 서울, Séoul, Seúl: ICN GMP
SFO San Francisco, SF: SFO OAK SJC
SHA Shanghai, 上海: PVG SHA
SJU San Juan: SJU SIG
SPK Sapporo, 札幌: CTS OKD
SRZ Santa Cruz: VVI SRZ
STO Stockholm: ARN BMA NYO VST
TCI Tenerife, Teneriffa: TFS TFN
THR Tehran, Teheran, Téhéran: IKA THR
TPA Tampa, Saint Petersburg: TPA PIE
TPE Taipei, 台北: TPE TSA
TYO Tokyo, Tokio, 東京: HND NRT
VCE Venice, Venezia, Venedig, Venise, Venecia: VCE TSF
WAS Washington, Washington DC, DC: IAD DCA BWI
WAW Warsaw, Warszawa, Warschau, Varsovie, Varsovia: WAW WMI
YEA Edmonton: YEG
YMQ Montreal, Montréal: YUL YHU
YTO Toronto: YYZ YTZ YHM
YVR Vancouver: YVR YXX`;

export const areas: Area[] = table
  .trim()
  .split("\n")
  .map((line) => {
    const [head = "", airports = ""] = line.split(": ");
    return { code: head.slice(0, 3), names: head.slice(4).split(", "), airports: airports.split(" ") };
  });
