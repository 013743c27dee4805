using System.Collections.Frozen;

namespace Kouyin.Speech.Phones;

/// <summary>Every syllable of Mandarin, each as an initial (may be empty) and a final, with ü written v.</summary>
/// <remarks>The order is part of the compiled dictionary's format: add at the end only.</remarks>
internal static class Syllables
{
    private const string List = """
        a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen
        ceng cha chai chan chang chao che chen cheng chi chong chou chu chuai chuan chuang chui chun chuo ci cong
        cou cu cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan
        dui dun duo e ei en eng fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu
        gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun
        huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong
        kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling
        liu lo long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo
        mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nuo nv nve
        o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin
        qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang
        sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun
        shuo si song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan
        tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue
        xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai
        zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou
        zu zuan zui zun zuo m hm n ng hng yai biang fiao nun chua nia pia er
        ê cei din wong
        """;

    private static readonly string[] Names =
        List.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly FrozenDictionary<string, int> Indices =
        Names.Select((name, i) => KeyValuePair.Create(name, i)).ToFrozenDictionary();

    private static readonly (string Initial, string Final)[] Parts = [.. Names.Select(Split)];

    /// <summary>How many syllables there are.</summary>
    public static int Count => Names.Length;

    /// <summary>A syllable's spelling.</summary>
    public static string Name(int index) => Names[index];

    /// <summary>A syllable's initial and final.</summary>
    public static (string Initial, string Final) PartsOf(int index) => Parts[index];

    /// <summary>The index of a spelling (ü, u: and v alike), or -1.</summary>
    public static int IndexOf(string spelling)
    {
        string name = spelling.Replace("ü", "v", StringComparison.Ordinal).Replace("u:", "v", StringComparison.Ordinal);
        name = name switch { "r" => "er", "lue" => "lve", "nue" => "nve", _ => name };
        if (name.Length > 1 && name[0] is 'j' or 'q' or 'x' or 'y' && name[1] == 'v')
            name = $"{name[0]}u{name.AsSpan(2)}";
        return Indices.GetValueOrDefault(name, -1);
    }

    private static (string Initial, string Final) Split(string name)
    {
        string initial = name.Length > 1 && name[1] == 'h' && name[0] is 'z' or 'c' or 's' ? name[..2] : name[..1];
        string rest = name[initial.Length..];
        return name switch
        {
            "m" or "n" => ("", "en"),
            "ng" => ("", "eng"),
            "hm" => ("h", "en"),
            "hng" => ("h", "eng"),
            "ê" => ("", "e"),
            "wong" => ("", "ueng"),
            "yo" => ("", "io"),
            _ when name[0] is 'a' or 'e' or 'o' => ("", name),
            _ when initial == "y" => ("", Spoken(rest[0] switch
            {
                'u' => "v" + rest[1..],
                'i' => rest,
                'o' when rest == "ong" => "iong",
                _ => "i" + rest,
            })),
            _ when initial == "w" => ("", Spoken(rest[0] == 'u' ? rest : "u" + rest)),
            _ when initial is "z" or "c" or "s" && rest == "i" => (initial, "ii"),
            _ when initial is "zh" or "ch" or "sh" or "r" && rest == "i" => (initial, "iii"),
            _ when initial is "j" or "q" or "x" && rest[0] == 'u' => (initial, "v" + rest[1..]),
            _ => (initial, Spoken(rest)),
        };
    }

    /// <summary>Undoes the spelling rules that hide a vowel: iu is iou, ui is uei, un is uen.</summary>
    private static string Spoken(string final) => final switch
    {
        "iu" => "iou",
        "ui" => "uei",
        "un" => "uen",
        _ => final,
    };
}
