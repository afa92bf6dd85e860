"""Stray characters an encyclopaedia strews into its text so that copies can be traced.

`发布屑再仔趋市政府`: four characters that form no word with each other or their neighbours. Known
words are asked for pairs of characters that may stand side by side; a run of pairs no word knows,
free of characters that stand alone in ordinary prose, and with several that offices seldom write,
is suspicious.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

__all__ = ["find_inserted"]

_FEWEST_UNKNOWN_PAIRS = 4
_FEWEST_UNUSUAL = 2

_STANDS_ALONE = frozenset(
    "的了在是和与及或对各等由为以其并于中上下不未已本该此我你他她它们将被把从向按应可会要请经至到"
    "件条项个年月日时分秒次起家名户人位份篇期号元市县区省镇乡村州局处室科股部委办厅院署会社所站"
    "一二三四五六七八九十百千万亿两零第多少全总新老大小高低前后内外有无来去这那也都又还就均已"
    "如若则因但且而之所者并同跟给让使令比更最很太较约近达占超过余共计含括即称"
)

_OFFICE_WORDS = """
政府信息公开工作年度报告主动公开依申请公开行政机关行政规范性文件规章制度发布准确及时政务服务平台门户网站
公报决算预算部门办公厅办公室国务院人民政府市政府区政府县政府通知意见规定条例法律法规组织领导监督保障
受理申请答复办理复议诉讼许可处罚强制收费采购统计数据情况问题改进措施机构企业公益商业科研法人自然人
结果维持纠正审结总计处理结转继续提供现成制作补正重复反复确认出具获取国家秘密安全稳定第三方合法权益
内部事务过程案卷查询事项群众关注回应关切解读宣传培训考核评议责任追究平台建设网站微信公众号新媒体
"""

_USUAL = frozenset(
    "一七万三上下不与专且业东两严个中丰为主举么义之乐九也习乡书了予争事二于云互五井些交产享人什仅今介仍从他付代令以们仲件价任份企伍休众优会传估但位低住佐体何余作你使例供依侦侨便促俗保信"
    "修倘债值假做停健偿储僚儿元充先光克免党入全八公六共关兴其具典养兼兽内册再军农冠冬决况准减凝几出击函分切刊刑划列则刚创初判利别到制券前剧副力办功加务动助努励劳势勤勾包化北区医十升午半"
    "华协单卖南博占卫印危即却卷厅历压厝原去县参及友双反发取受变口古另只召可台右叶号司各合同名后向否吨含听吸告员周和咨品响哪商善喜器噪四回因团园困围固国图圆土在地场圾址均块坚坡垃垄型城域"
    "培基堂塌境增壤士声处备复夏夕外多夜够大天太央夯失头奖套女好如妆妇妥姓委姻威婚媒子字存季学孵宅宇守安完宗官定宜实审宣室害家容宽宿寄密富察对导射将小少尖尘尚就尼尽局层居届屋屏展属履山岗"
    "岚岸峰崩州巡工左巩差已市布师带帮常干平年并幼广庄庆序库应府废度座康廉延建开弃式引强归当录形影役彻征径待很律得循微心必志快念态怎怕思急性总恐息恶您情惠想愈意感愿慈慧懂懈成我戒或战截户"
    "房所手才扎打托扣执扩扫扬扶批找承技抄把抓投抗抚护报抽担拆拉拍拒拓招拟拥拨括持指按挥振捐换据捷授掌排探接控推措描提握援搜摘撤播支收改攻放政故效敏救敖教数整文料断新方施旁旅族无既日旦旧"
    "旨早旬旱时明易星春昨是显晓晚普景智暂暖暴更最月有服朝期未末本术机权材村束条来松板极构析林果某染查标栏校样核根格案档桥梁械梳检棚森楼概模次款止正此步武残殡段每毒民气氛水永求汇汛江污汽"
    "沙沟没沪沭河油治法泛泥注泼洋洞洪洲活洽派流测济浏海消涉涝涵淮深混清渔渠港游湖湾湿源滑满漏漠潭澳激火灯灾炎炭点烟热焦然煤照燃爱片版牢牧物牵特状独狱率环现珠班理生用田由申电畅界留畜略疑"
    "疗疫疾病登的益盐监盖盛目直相省看真眼着督知短石矿码研破础确碍碳磁磋示社神票禁福离私秋种科秒秘租积称移稀程税稳稽稿穗究空突窗立站竞章竣童端第等答策筹签简算管箱篇籍类粤粮精系素索紧累繁"
    "纠红约级纪纲纳纸纺纾线组细织终经结绕绘给络绝统继绩续维综绿编缩缴缺网罚置署羊美群翔老考者而职联聚股育肺背能脑脱腐自至舆航般舶船良色艺节芯苏苗若范草药获营落著葬藏虽融行衔街补表被裁裕"
    "西要覆见观规视览觉角解言警计订认讨让训议记许论讼设访证评识诈诉诊词试诚话询该详语说请诺读课谁调谈谣谨谱象负财责败账货质贫购贯贴贸费赁资赈赔赠走起超越足跑距跨路身车轨转轮软轻载较辈辐"
    "辑输辖辟边达迁过运近返还这进远违迟述追退送适选透递途通造逻逾遇道遗避那邮部都配酒酸采释里重量金鉴针钓钢铁银链销错键镇长门闭问间闻闽阅队防阳阶附际降限院除险陷随隐障隧难集雨需震青非靠"
    "面革音页项顺预领颇频题额风食馆馈首驳驶驾验骗高鱼鸿黑"
)
"""Characters of ordinary official prose; a stray run holds several that are not among them."""

_RUN = re.compile(r"[\u4e00-\u9fff]{6,}")


@cache
def _known_pairs() -> frozenset[str]:
    from pypinyin.phrases_dict import phrases_dict

    pairs: set[str] = set()
    for phrase in (*phrases_dict, *_OFFICE_WORDS.split()):
        pairs.update(phrase[at : at + 2] for at in range(len(phrase) - 1))
    return frozenset(pairs)


def find_inserted(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of every run of characters that fits neither itself nor its neighbours."""
    known = _known_pairs()
    for match in _RUN.finditer(text):
        run, offset = match.group(), match.start()
        begin = 0
        for at in range(len(run)):
            pair = run[at : at + 2]
            joins_no_word = len(pair) == 2 and pair not in known
            if joins_no_word and not (_STANDS_ALONE & set(pair)):
                continue
            # A character belongs to the stray run unless a known word claims it.
            first = begin if begin and run[begin - 1 : begin + 1] not in known else begin + 1
            last = at + 1 if joins_no_word and run[at] not in _STANDS_ALONE else at
            if at - begin >= _FEWEST_UNKNOWN_PAIRS and _unusual(run[first:last]):
                yield offset + first, offset + last
            begin = at + 1


def _unusual(stray: str) -> bool:
    return sum(character not in _USUAL for character in stray) >= _FEWEST_UNUSUAL
