using System.Runtime.InteropServices;

namespace Kouyin.Speech.Phones;

/// <summary>One-character words whose reading their neighbours decide.</summary>
/// <remarks>Words of more characters keep the dictionary's reading: it is right far more often there.</remarks>
internal static class Polyphones
{
    private const string Numerals = "一二三四五六七八九十百千万亿两几数半多零〇第";
    private const string Determiners = Numerals + "这那哪每各某另整单同本";
    private const string Pronouns = "我你您他她它咱们";

    private const string WeiBefore = "作成称认视分列定改变约仅均皆即名设升降调命译选评誉多少高低率额量润价元度长宽积数";
    private const string DeAdjectives = "好多快慢高远深大静轻重低狠猛早晚久细紧松稳准巧妙怪样";

    private const string DiNouns = "王带区点块方理位址面上下产图盘级市价铁震道段处域形势名球主板砖毯的和是在为有与及已等";

    /// <summary>What has a 长 at its head, or grows.</summary>
    private const string Led =
        "生成增部局院校处科班队团会家市县省镇乡村厂店馆所组社船机舰军师旅营连排站台事书席";

    private static readonly HashSet<string> Titles =
        [.. "先生 女士 小姐 老师 教授 同学 主任 经理 总经理 医生 博士 律师 局长 部长 主席 总统 队长 教练 师傅 阿姨 叔叔 夫人 太太 大爷 大妈 某 姓 氏".Split(' ')];

    /// <summary>Family names that are read otherwise than the character is elsewhere.</summary>
    private static readonly Dictionary<string, string> Surnames = new()
    {
        ["区"] = "ou1", ["单"] = "shan4", ["仇"] = "qiu2", ["解"] = "xie4", ["查"] = "zha1", ["曾"] = "zeng1", ["任"] = "ren2",
        ["华"] = "hua4", ["盖"] = "ge3", ["燕"] = "yan1", ["乐"] = "yue4", ["员"] = "yun4", ["折"] = "she2", ["种"] = "chong2",
        ["召"] = "shao4", ["洗"] = "xian3", ["繁"] = "po2", ["那"] = "na1", ["祭"] = "zhai4", ["撒"] = "sa4", ["纪"] = "ji3",
        ["应"] = "ying1", ["葛"] = "ge3", ["宁"] = "ning4", ["过"] = "guo1", ["句"] = "gou1", ["干"] = "gan1", ["黑"] = "he4",
        ["尉"] = "wei4", ["翟"] = "zhai2", ["秘"] = "bi4", ["藏"] = "zang1", ["朝"] = "chao2",
        ["相"] = "xiang4", ["占"] = "zhan1",
    };

    private delegate string? Choose(Context at);

    /// <summary>The reading a character takes by its neighbours; null leaves it to the dictionary.</summary>
    private static readonly Dictionary<string, Choose> Rules = new()
    {
        ["得"] = De,
        ["地"] = Di,
        ["为"] = Wei,
        ["只"] = at => at.Follows(Determiners) ? "zhi1" : "zhi3",
        ["应"] = _ => "ying1",
        ["供"] = at => at.Precedes("奉养品桌述认") ? "gong4" : "gong1",
        ["重"] = at => at.Precedes("燃返回新启建组申演来现游读写做制塑拾振温印修复叠蹈归") ? "chong2" : "zhong4",
        ["还"] = at => at.Precedes("钱款债清贷账俗") ? "huan2" : "hai2",
        ["着"] = at => at.Follows("睡找猜逮") && (at.IsLast || at.Precedes("了没吗")) ? "zhao2" : "zhe5",
        ["了"] = at => at.Before == "不" || at.Before == "得" && at.ReadingBefore.Tone == 5 ? "liao3" : "le5",
        ["没"] = at => at.Follows("淹沉埋吞湮覆隐出") ? "mo4" : "mei2",
        ["长"] = at => at.Follows(Led) || at.Precedes("大满出得相毛了着成") ? "zhang3" : "chang2",
        ["种"] = at => !at.Follows(Determiners) && at.Precedes("树田花菜粮植瓜下上着的地草") ? "zhong4" : "zhong3",
        ["教"] = at => at.Precedes("堂会义徒派皇规主士团") ? "jiao4" : "jiao1",
        ["行"] = at => at.Follows(Determiners + "银商央") && !at.Precedes("人") ? "hang2" : "xing2",
        ["干"] = at => at.Precedes("什吗嘛活的了过掉得不完啥点好起出架仗") || at.Follows("不能敢会想要苦实大怎") ? "gan4" : "gan1",
        ["数"] = at => at.Precedes("一着了到得完不") && !at.Precedes("十百千万") ? "shu3" : "shu4",
        ["中"] = at => at.Precedes("奖毒弹枪计暑签邪招") || at.Follows("击命射打考猜刺砍投") && !at.Precedes("国小学") ? "zhong4" : "zhong1",
        ["当"] = at => at.Precedes("铺真") ? "dang4" : "dang1",
        ["朴"] = _ => "piao2",
        ["弹"] = at => at.Precedes("琴吉钢奏唱拨劾簧力性跳") ? "tan2" : "dan4",
        ["背"] = at => at.Precedes("着包书负起黑锅了") ? "bei1" : "bei4",
        ["降"] = at => at.Follows("投劝招诱") || at.Precedes("服龙魔") ? "xiang2" : "jiang4",
        ["少"] = at => at.Precedes("年女儿妇爷林校将先") ? "shao4" : "shao3",
        ["倒"] = at => at.Follows("打推摔跌晕病绊卧滑拉击压吓扳") || at.Precedes("闭塌台下霉地") ? "dao3" : "dao4",
        ["转"] = at => at.Precedes("圈动速盘悠轮") ? "zhuan4" : "zhuan3",
        ["假"] = at => at.Follows("放请度休寒暑病产事年") || at.Precedes("期日") ? "jia4" : "jia3",
        ["难"] = at => at.Follows("遇落逃避灾大患") || at.Precedes("民胞") ? "nan4" : "nan2",
        ["挣"] = _ => "zheng4",
        ["量"] = at => at.Precedes("了着出尺体身完不") ? "liang2" : "liang4",
    };

    /// <summary>Sets the readings of the one-character words from <paramref name="first"/> on.</summary>
    public static void Apply(List<Token> tokens, int first)
    {
        ReadOnlySpan<Token> stretch = CollectionsMarshal.AsSpan(tokens)[first..];
        for (int i = 0; i < stretch.Length; i++)
        {
            Token token = stretch[i];
            if (token.Kind != TokenKind.Syllable || token.Rule != MandarinReader.CharacterRule)
                continue;
            Context at = new(stretch, i);
            string? reading = Surname(at) ?? (Rules.TryGetValue(token.Text, out Choose? choose) ? choose(at) : null);
            if (reading is null)
                continue;
            token.Lexical = Pinyin.Parse(reading);
            token.Rule = "context";
        }
    }

    /// <summary>A family name follows 叫 or 姓, or stands before a title.</summary>
    private static string? Surname(Context at) =>
        Surnames.TryGetValue(at.Character, out string? reading)
        && (at.Follows("叫姓") || !at.IsLast && at.PrecedesWord(Titles)) ? reading : null;

    /// <summary>得 must do something (děi) after a subject, follows a verb (de), or is to get (dé).</summary>
    private static string De(Context at)
    {
        bool subject = at.IsFirst || at.Follows(Pronouns + "还就都也总又必只至可须非仍");
        if (subject)
            return at.IsLast || at.Precedes("到了出以知奖分失主罪名票益病胜") ? "de2" : "dei3";
        return at.Follows("所取获夺赢值难") || at.Precedes("奖分票") ? "de2" : "de5";
    }

    /// <summary>地 makes an adverb (de) after a longer word or an adjective, unless it is land (dì).</summary>
    private static string Di(Context at)
    {
        if (at.IsFirst || at.IsLast || at.Precedes(DiNouns))
            return "di4";
        return at.LengthBefore >= 2 || at.Follows(DeAdjectives) || at.Before == at.SecondBefore ? "de5" : "di4";
    }

    /// <summary>为 is for somebody (wèi) at the start, before a pronoun, after 并 是 专; else to be (wéi).</summary>
    private static string Wei(Context at)
    {
        if (at.Follows(WeiBefore))
            return "wei2";
        return at.IsFirst || at.Precedes(Pronouns + "谁此了") || at.Follows("并是专特而都就要想能会可去来") ? "wei4" : "wei2";
    }
}
