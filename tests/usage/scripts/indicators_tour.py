"""print the last values of many indicators, made by name"""
import os
import backtrader as bt

NAMES = '''AccDeOsc AO AroonUp AroonDown AroonUpDown AroonOsc ATR BBands BollingerBandsPct CCI
CumSum DPO DMI ADX ADXR DV2 EMA EMAEnvelope EMAOsc Highest HMA HurstExponent KAMA KST
LaguerreFilter LaguerreRSI Lowest MACD MACDHisto Momentum MomentumOsc RateOfChange100 PSAR
PercentRank PctChange PGO PPO PivotPoint DemarkPivotPoint RSI RSI_EMA RMI SMMA StdDev MeanDev
Stochastic StochasticFull TEMA TR TSI Trix TrixSignal UltimateOscillator Vortex WilliamsR WilliamsAD
WMA ZLEMA ZLInd UpDay DownMove TrueHigh'''.split()


class St(bt.Strategy):
    def __init__(self):
        self.inds = [getattr(bt.ind, n)(plot=False) for n in NAMES]

    def next(self):
        pass

    def stop(self):
        for n, i in zip(NAMES, self.inds):
            print(n, i._minperiod, ' '.join('%s=%.4f' % (a, getattr(i.l, a)[0])
                                            for a in i.lines.getlinealiases()))


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2005-2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
